/** Release nodes, cell tables and rules for tests: contributions in, the vault's answer out. */

import type { NoiseSource } from '../../src/core/privacy/noise-stream.ts'
import { createNoiseSource } from '../../src/core/privacy/noise-stream.ts'
import { Confidential } from '../../src/model/confidential.ts'
import { UnitName } from '../../src/model/data-product.ts'
import type { Sha256 } from '../../src/model/digest.ts'
import type { Measure, Plan, ReleaseNode } from '../../src/model/plan.ts'
import type { PrivacyRules, ThresholdRules } from '../../src/model/release-policy.ts'
import type { TextTable, TextValue } from '../../src/model/table.ts'

export const PERSON = UnitName.parse('person')
export const FIRM = UnitName.parse('firm')

export const PEOPLE: Measure = { column: 'm0', source: 'people', kind: 'units', unit: PERSON }
export const ROWS: Measure = { column: 'm1', source: 'count(*)', kind: 'rows' }
export const SUM: Measure = {
  column: 'm2',
  source: 'sum(x)',
  kind: 'sum',
  bounds: { lower: '0', upper: '100', step: '0.1' },
}
export const MEAN: Measure = { ...SUM, column: 'm3', source: 'avg(x)', kind: 'mean' }

export function aNode(change: Partial<ReleaseNode> = {}): ReleaseNode {
  return {
    name: 'released_0',
    keys: [{ column: 'k0', source: 'region' }],
    measures: [PEOPLE, ROWS, SUM, MEAN],
    bounds: {},
    products: ['visits'],
    cellQueries: [{ unit: PERSON, sql: '' }],
    ...change,
  }
}

export function aPlan(...releaseNodes: readonly ReleaseNode[]): Plan {
  return {
    releaseNodes,
    postSql: '',
    columns: [],
    requires: [],
    joins: [],
    digest: 'd'.repeat(64) as Sha256,
  }
}

/** What each unit contributes to one group: its row values, in lattice integers; null is a row without one. */
export type Contributions = readonly (readonly (bigint | null)[])[]

/** The cell that the vault computes from contributions, for `ROWS`, `SUM` and `MEAN` alike. */
export function aCell(
  keys: readonly TextValue[],
  contributions: Contributions,
  node: ReleaseNode = aNode(),
): readonly TextValue[] {
  const units = BigInt(contributions.length)
  const rows = contributions.flat().length
  const values = node.measures
    .filter(({ kind }) => kind !== 'units')
    .flatMap(({ kind }) =>
      describe(kind === 'rows' ? contributions.map((unit) => unit.map(() => 1n)) : contributions),
    )
  return [...keys, units.toString(), rows.toString(), ...values]
}

function describe(contributions: Contributions): readonly string[] {
  const present = contributions.map((unit) => unit.filter((value) => value !== null))
  const sums = present.map((unit) => unit.reduce((sum, value) => sum + value, 0n))
  const magnitudes = sums.map((sum) => (sum < 0n ? -sum : sum))
  const sorted = magnitudes.toSorted((a, b) => (a < b ? 1 : -1))
  const total = (values: readonly bigint[]): bigint =>
    values.reduce((sum, value) => sum + value, 0n)
  return [
    BigInt(present.flat().length),
    total(sums),
    total(sums.map((sum) => sum * sum)),
    total(magnitudes),
    sorted[0] ?? 0n,
    sorted[1] ?? 0n,
  ].map(String)
}

export function aTable(rows: TextTable['rows'], node: ReleaseNode = aNode()): TextTable {
  const values = node.measures.flatMap(({ column, kind }) =>
    kind === 'units' ? [] : ['n', 's', 'q', 'a', 't1', 't2'].map((part) => `${column}_${part}`),
  )
  return {
    columns: [
      ...node.keys.map(({ column }) => ({ name: column, type: 'VARCHAR' })),
      ...['units', 'rows', ...values].map((name) => ({ name, type: 'HUGEINT' })),
    ],
    rows,
  }
}

export function sealed(...tables: readonly TextTable[]): Confidential<readonly TextTable[]> {
  return new Confidential(tables)
}

/** Twenty units with one row each, of values 20, 21, ... */
export const CROWD: Contributions = Array.from({ length: 20 }, (_, i) => [BigInt(20 + i)])

export const THRESHOLD: ThresholdRules = {
  mode: 'threshold',
  units: {
    [PERSON]: {
      minimumUnits: 10,
      largestShare: 500,
      twoLargestShare: 850,
      remainderShare: 100,
    },
  },
  countBase: 5,
  significantDigits: 3,
  maximumCells: 100,
}

export const PRIVACY: PrivacyRules = {
  mode: 'dp',
  rhoPerQuery: '5000000000',
  caps: { operator: '100000000000', agreement: '250000000000', dataset: '1000000000000' },
  thresholdDeltaExponent: 9,
  maximumGroupsPerUnit: 5,
  maximumRowsPerGroup: 10,
  maximumCells: 100,
}

/** Real noise under a key of its own for each seed. */
export function aNoise(seed: number): NoiseSource {
  const key = Buffer.alloc(32)
  key.writeUInt32BE(seed)
  const digest = 'e'.repeat(64) as Sha256
  return createNoiseSource(key, {
    releaseId: 'r',
    plan: digest,
    snapshot: digest,
    policy: digest,
    mechanism: '',
  })
}

/** Fails a test that should draw no noise. */
export const NO_NOISE: NoiseSource = () => {
  throw new Error('no noise is drawn here')
}
