/** May anyone operate this resource at all? A status shuts it whatever an agreement says. */

import { unreachable } from '../../model/assert.ts'
import type { DataProduct } from '../../model/data-product.ts'
import { decline, ok, type Result } from '../../model/result.ts'

/**
 * Judged at every job and not when policies are loaded: putting a resource on the negative list
 * stops the next job on it, not the service. The lists are public, so that the answer may name the
 * reason to anyone, with an agreement or without.
 */
export function checkAvailable(product: DataProduct): Result<DataProduct> {
  const { id, grade, status } = product
  if (grade === 'core')
    return decline('core-data', {
      en: `"${id}" is graded as core data.`,
      zh: `“${id}”属于核心数据。`,
    })
  switch (status) {
    case 'available':
      return ok(product)
    case 'negative_list':
      return decline('negative-list', {
        en: `"${id}" is on the negative list.`,
        zh: `“${id}”在负面清单内。`,
      })
    case 'emergency_only':
      return decline('emergency-only', {
        en: `"${id}" was collected for an emergency and serves no other purpose.`,
        zh: `“${id}”系突发事件应对期间采集，不得用于其他用途。`,
      })
    case 'no_provider_consent':
      return decline('no-provider-consent', {
        en: `The provider of "${id}" has not consented to its operation.`,
        zh: `“${id}”的提供单位未同意将其用于授权运营。`,
      })
    default:
      return unreachable(status, 'checkAvailable')
  }
}
