/** Products and agreements of the demo province, as far as planner tests need them. */

import { Agreement } from '../../src/model/agreement.ts'
import type { ColumnUse } from '../../src/model/data-product.ts'
import { DataProduct } from '../../src/model/data-product.ts'
import { Sha256 } from '../../src/model/digest.ts'
import type { Grant } from '../../src/model/grant.ts'
import { Principal } from '../../src/model/principal.ts'
import { ReleasePolicy } from '../../src/model/release-policy.ts'

type ColumnSpec = readonly [name: string, type: string, uses: readonly ColumnUse[], extra?: object]

const KEY: readonly ColumnUse[] = ['join_key']
const GROUP: readonly ColumnUse[] = ['group_key', 'filter']
const SUM: readonly ColumnUse[] = ['aggregate', 'filter']

function product(
  id: string,
  units: readonly (readonly [string, string])[],
  columns: readonly ColumnSpec[],
  extra: object = {},
): DataProduct {
  return DataProduct.parse({
    id,
    title: { en: id, zh: id },
    dataset: 'province',
    provider: 'agency',
    grade: 'general-2',
    status: 'available',
    units: units.map(([unit, column]) => ({ unit, column })),
    columns: columns.map(([name, type, uses, more]) => ({
      name,
      title: { en: name, zh: name },
      type,
      role: 'plain',
      uses,
      ...more,
    })),
    ...extra,
  })
}

const identifier = { role: 'direct_identifier' }
const measure = (lower: string, upper: string, step: string) => ({
  measure: { lower, upper, step },
})

export const PRODUCTS: ReadonlyMap<string, DataProduct> = new Map(
  [
    product(
      'person_base',
      [['person', 'id_no']],
      [
        ['id_no', 'VARCHAR', KEY, identifier],
        ['name', 'VARCHAR', [], identifier],
        ['mobile', 'VARCHAR', [], identifier],
        ['sex', 'VARCHAR', GROUP, { domain: ['男', '女'] }],
        ['birth_date', 'DATE', ['band_key']],
        ['region_code', 'VARCHAR', GROUP],
      ],
    ),
    product(
      'ent_reg',
      [['firm', 'uscc']],
      [
        ['uscc', 'VARCHAR', KEY, identifier],
        ['ent_name', 'VARCHAR', [], identifier],
        ['industry_code', 'VARCHAR', GROUP],
        ['region_code', 'VARCHAR', ['join_key', 'group_key', 'filter']],
        ['reg_capital_wan', 'DOUBLE', SUM, measure('0', '1000', '1')],
        ['est_date', 'DATE', GROUP],
        ['scale', 'VARCHAR', GROUP],
        ['status', 'VARCHAR', GROUP],
      ],
    ),
    product(
      'si_contrib',
      [
        ['person', 'id_no'],
        ['firm', 'uscc'],
      ],
      [
        ['id_no', 'VARCHAR', KEY, identifier],
        ['uscc', 'VARCHAR', KEY, identifier],
        ['month', 'VARCHAR', GROUP],
        ['base_amount', 'DOUBLE', SUM, measure('0', '20000', '1')],
        ['paid', 'BOOLEAN', ['filter']],
      ],
    ),
    product(
      'mi_settle',
      [['person', 'id_no']],
      [
        ['settle_id', 'VARCHAR', [], identifier],
        ['id_no', 'VARCHAR', KEY, identifier],
        ['admit_date', 'DATE', GROUP],
        ['med_type', 'VARCHAR', GROUP],
        ['icd10', 'VARCHAR', GROUP],
        ['hosp_code', 'VARCHAR', GROUP],
        ['total_fee', 'DOUBLE', SUM, measure('0', '100000', '0.01')],
        ['fund_pay', 'DOUBLE', SUM, measure('0', '100000', '0.01')],
      ],
    ),
    product(
      'elec_usage',
      [['firm', 'uscc']],
      [
        ['account_no', 'VARCHAR', [], identifier],
        ['uscc', 'VARCHAR', KEY, identifier],
        ['month', 'VARCHAR', GROUP],
        ['kwh', 'DOUBLE', SUM, measure('0', '10000000', '1')],
        ['amount_due', 'DOUBLE', SUM, measure('0', '10000000', '0.01')],
        ['paid_late_days', 'INTEGER', SUM, measure('0', '365', '1')],
      ],
    ),
    product(
      'commute_od',
      [['card', 'card_token']],
      [
        ['card_token', 'VARCHAR', KEY, identifier],
        ['trip_date', 'DATE', GROUP],
        ['board_hour', 'INTEGER', GROUP],
        ['o_lon', 'DOUBLE', GROUP],
        ['o_lat', 'DOUBLE', GROUP],
        ['d_lon', 'DOUBLE', GROUP],
        ['d_lat', 'DOUBLE', GROUP],
        ['o_region', 'VARCHAR', GROUP],
        ['d_region', 'VARCHAR', GROUP],
      ],
    ),
    product(
      'region',
      [],
      [
        ['region_code', 'VARCHAR', ['join_key', 'group_key', 'filter']],
        ['city_code', 'VARCHAR', GROUP],
        ['lon', 'DECIMAL(9,6)', GROUP],
      ],
    ),
    product(
      'minor_student',
      [['person', 'student_no']],
      [
        ['student_no', 'VARCHAR', KEY, identifier],
        ['grade', 'INTEGER', GROUP],
      ],
      { status: 'negative_list' },
    ),
    product(
      'epi_trace',
      [['person', 'case_no']],
      [
        ['case_no', 'VARCHAR', KEY, identifier],
        ['region_code', 'VARCHAR', GROUP],
      ],
      { status: 'emergency_only' },
    ),
    product(
      'customs_shared',
      [],
      [
        ['hs2', 'VARCHAR', GROUP],
        ['value', 'DOUBLE', SUM, measure('0', '1000000', '1')],
      ],
      { status: 'no_provider_consent' },
    ),
  ].map((each) => [each.id, each]),
)

const RULES = { minimumUnits: 10, largestShare: 500, twoLargestShare: 850, remainderShare: 100 }
const PERSON_RULES = { ...RULES, minimumUnits: 20 }

const THRESHOLD = ReleasePolicy.parse({
  name: 'threshold',
  title: { en: 'threshold', zh: '阈值' },
  rules: {
    mode: 'threshold',
    units: { person: PERSON_RULES, firm: RULES, card: PERSON_RULES },
    countBase: 1,
    significantDigits: 15,
    maximumCells: 100_000,
  },
  minimumIsolation: 0,
})

const DP = ReleasePolicy.parse({
  name: 'dp',
  title: { en: 'dp', zh: '差分隐私' },
  rules: {
    mode: 'dp',
    rhoPerQuery: '5000000000',
    caps: { operator: '100000000000', agreement: '250000000000', dataset: '1000000000000' },
    thresholdDeltaExponent: 9,
    maximumGroupsPerUnit: 2,
    maximumRowsPerGroup: 3,
    maximumCells: 10_000,
  },
  minimumIsolation: 0,
})

const DIGEST = Sha256.parse('0'.repeat(64))

/** A grant over whole products: every column with its own uses, except those without any. */
function aGrant(
  products: readonly string[],
  joins: readonly (readonly [string, string])[] = [],
  release: ReleasePolicy = THRESHOLD,
): Grant {
  const listed = products.map((id) => {
    const columns = PRODUCTS.get(id)?.columns.filter(({ uses }) => uses.length > 0) ?? []
    return [id, Object.fromEntries(columns.map(({ name, uses }) => [name, uses]))]
  })
  return {
    principal: Principal.parse({ id: 'analyst', organisation: 'operator', roles: ['operator'] }),
    agreement: Agreement.parse({
      id: 'AGR-T',
      version: 1,
      title: { en: 'test', zh: '测试' },
      state: 'active',
      mode: 'scenario',
      parties: [{ organisation: 'operator', role: 'operator' }],
      purpose: { code: 'test', class: 'industry' },
      term: { from: '2025-01-01', to: '2030-01-01' },
      products: Object.fromEntries(listed),
      joins,
      outputs: ['aggregate'],
      release: release.name,
    }),
    agreementDigest: DIGEST,
    release,
    releaseDigest: DIGEST,
    products: new Map([...PRODUCTS].filter(([id]) => products.includes(id))),
  }
}

const USCC_JOIN = ['elec_usage.uscc', 'ent_reg.uscc'] as const

/** The demo agreements A to D, one with the public table of regions, and A and B under differential privacy. */
export const GRANTS = {
  R: aGrant(
    ['ent_reg', 'elec_usage', 'region'],
    [USCC_JOIN, ['ent_reg.region_code', 'region.region_code']],
  ),
  A: aGrant(['ent_reg', 'elec_usage'], [USCC_JOIN]),
  B: aGrant(['mi_settle', 'person_base'], [['mi_settle.id_no', 'person_base.id_no']]),
  C: aGrant(['commute_od']),
  D: aGrant(['si_contrib', 'ent_reg'], [['si_contrib.uscc', 'ent_reg.uscc']]),
  dpA: aGrant(['ent_reg', 'elec_usage'], [USCC_JOIN], DP),
  dpB: aGrant(['mi_settle', 'person_base'], [['mi_settle.id_no', 'person_base.id_no']], DP),
  dpD: aGrant(['si_contrib', 'ent_reg'], [['si_contrib.uscc', 'ent_reg.uscc']], DP),
} as const
export type GrantName = keyof typeof GRANTS
