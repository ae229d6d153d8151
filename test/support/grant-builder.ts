/** A grant over three small products, for tests of what is charged where. */

import { Agreement } from '../../src/model/agreement.ts'
import { DataProduct } from '../../src/model/data-product.ts'
import type { Sha256 } from '../../src/model/digest.ts'
import type { Grant } from '../../src/model/grant.ts'
import { Principal } from '../../src/model/principal.ts'
import type { ReleaseRules } from '../../src/model/release-policy.ts'

const DIGEST = 'f'.repeat(64) as Sha256

export function aGrant(rules: ReleaseRules): Grant {
  const products = [
    aProduct('visits', 'health', 'person'),
    aProduct('payroll', 'labour', 'person'),
    aProduct('regions', 'public'),
  ]
  return {
    principal: Principal.parse({ id: 'li', organisation: 'Gan Data', roles: ['operator'] }),
    agreement: Agreement.parse({
      id: 'A-1',
      version: 1,
      title: { en: '', zh: '' },
      state: 'active',
      mode: 'whole',
      parties: [],
      purpose: { code: 'health.planning', class: 'industry' },
      term: { from: '2026-01-01', to: '2026-12-31' },
      products: {},
      outputs: ['aggregate'],
      release: 'standard',
    }),
    agreementDigest: DIGEST,
    release: {
      name: 'standard',
      title: { en: '', zh: '' },
      rules,
      minimumIsolation: 2,
      acceptsDevelopmentIsolation: false,
    },
    releaseDigest: DIGEST,
    products: new Map(products.map((product) => [product.id, product])),
  }
}

function aProduct(id: string, dataset: string, unit?: string): DataProduct {
  const title = { en: '', zh: '' }
  return DataProduct.parse({
    id,
    title,
    dataset,
    provider: 'bureau',
    grade: 'general-1',
    status: 'available',
    units: unit === undefined ? [] : [{ unit, column: 'id' }],
    columns: [{ name: 'id', title, type: 'BIGINT', role: 'direct_identifier' }],
  })
}
