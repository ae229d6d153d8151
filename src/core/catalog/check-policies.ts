/** Do the policies make sense as a set? Run once at start; a service with a problem does not start. */

import type { Agreement } from '../../model/agreement.ts'
import type { DataProduct } from '../../model/data-product.ts'
import type { ReleasePolicy } from '../../model/release-policy.ts'
import { checkAgreement } from './check-agreement.ts'
import { checkProduct } from './check-product.ts'
import { checkRelease } from './check-release.ts'

/**
 * Every contradiction within and between policy files, each opening with the file it is in.
 *
 * @returns Empty when the set may be used.
 */
export function checkPolicies(
  products: ReadonlyMap<string, DataProduct>,
  agreements: ReadonlyMap<string, Agreement>,
  releases: ReadonlyMap<string, ReleasePolicy>,
): readonly string[] {
  return [
    ...[...products.values()].flatMap(checkProduct),
    ...[...agreements.values()].flatMap((agreement) =>
      checkAgreement(agreement, products, releases),
    ),
    ...[...releases.values()].flatMap(checkRelease),
    ...checkDatasetCaps(products, agreements, releases),
  ]
}

/** A dataset has one lifetime budget: two caps would mean that the larger one counts. */
function checkDatasetCaps(
  products: ReadonlyMap<string, DataProduct>,
  agreements: ReadonlyMap<string, Agreement>,
  releases: ReadonlyMap<string, ReleasePolicy>,
): readonly string[] {
  const capOf = new Map<string, string>()
  const problems: string[] = []
  for (const agreement of agreements.values()) {
    const rules = releases.get(agreement.release)?.rules
    if (rules?.mode !== 'dp') continue
    for (const dataset of datasetsOf(agreement, products)) {
      const cap = capOf.get(dataset) ?? rules.caps.dataset
      capOf.set(dataset, cap)
      if (cap !== rules.caps.dataset)
        problems.push(
          `agreements/${agreement.id}: its release policy caps dataset "${dataset}" at ` +
            `${rules.caps.dataset}, another agreement's at ${cap}`,
        )
    }
  }
  return problems
}

function datasetsOf(
  agreement: Agreement,
  products: ReadonlyMap<string, DataProduct>,
): ReadonlySet<string> {
  return new Set(Object.keys(agreement.products).flatMap((id) => products.get(id)?.dataset ?? []))
}
