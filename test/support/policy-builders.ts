/** Small policies that fit together, to change one detail at a time. */

import { type Agreement, AgreementId } from '../../src/model/agreement.ts'
import type { Column, DataProduct } from '../../src/model/data-product.ts'
import { UnitName } from '../../src/model/data-product.ts'
import { Sha256 } from '../../src/model/digest.ts'
import type { PolicySet } from '../../src/model/grant.ts'
import { type Principal, PrincipalId } from '../../src/model/principal.ts'
import { type ReleasePolicy, ThresholdRules } from '../../src/model/release-policy.ts'

const TITLE = { en: 'Title', zh: '标题' }
const UNIT_RULES = {
  minimumUnits: 10,
  largestShare: 500,
  twoLargestShare: 850,
  remainderShare: 100,
}

export function aPrincipal(change: Partial<Principal> = {}): Principal {
  return {
    id: PrincipalId.parse('analyst'),
    organisation: 'sample-operator',
    roles: ['operator'],
    ...change,
  }
}

export function aColumn(change: Partial<Column> = {}): Column {
  return {
    name: 'amount',
    title: TITLE,
    type: 'INTEGER',
    nullable: false,
    role: 'sensitive',
    uses: ['aggregate'],
    measure: { lower: '0', upper: '100', step: '1' },
    ...change,
  }
}

export const UNIT_COLUMN: Column = {
  name: 'key',
  title: TITLE,
  type: 'VARCHAR',
  nullable: false,
  role: 'direct_identifier',
  uses: ['join_key'],
}

export function aProduct(change: Partial<DataProduct> = {}): DataProduct {
  return {
    id: 'sales',
    title: TITLE,
    dataset: 'sample',
    provider: 'sample-provider',
    grade: 'general-2',
    status: 'available',
    units: [{ unit: UnitName.parse('firm'), column: 'key' }],
    columns: [UNIT_COLUMN, aColumn()],
    ...change,
  }
}

export function anAgreement(change: Partial<Agreement> = {}): Agreement {
  return {
    id: AgreementId.parse('AGR-1'),
    version: 1,
    title: TITLE,
    state: 'active',
    mode: 'scenario',
    parties: [
      { organisation: 'sample-agency', role: 'implementing_agency' },
      { organisation: 'sample-operator', role: 'operator' },
    ],
    purpose: { code: 'statistics.sales', class: 'industry' },
    term: { from: '2026-01-01', to: '2026-12-31' },
    products: { sales: { key: ['join_key'], amount: ['aggregate'] } },
    joins: [],
    outputs: ['aggregate'],
    release: 'firms',
    basis: [],
    ...change,
  }
}

export function aRelease(change: Partial<ReleasePolicy> = {}): ReleasePolicy {
  return {
    name: 'firms',
    title: TITLE,
    rules: thresholdRules({ firm: {} }),
    minimumIsolation: 2,
    acceptsDevelopmentIsolation: false,
    ...change,
  }
}

/** Threshold rules for the named units, each with the changes given. */
export function thresholdRules(
  units: Readonly<Record<string, Partial<typeof UNIT_RULES>>>,
): ThresholdRules {
  return ThresholdRules.parse({
    mode: 'threshold',
    units: Object.fromEntries(
      Object.entries(units).map(([unit, change]) => [unit, { ...UNIT_RULES, ...change }]),
    ),
    countBase: 5,
    significantDigits: 3,
    maximumCells: 100,
  })
}

export function aPolicySet(
  agreement: Agreement = anAgreement(),
  product: DataProduct = aProduct(),
  release: ReleasePolicy = aRelease(),
): PolicySet {
  return {
    products: new Map([[product.id, product]]),
    agreements: new Map([[agreement.id, agreement]]),
    releases: new Map([[release.name, release]]),
    digest: Sha256.parse('0'.repeat(64)),
  }
}
