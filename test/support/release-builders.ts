/** Release nodes, cell tables and rules for tests: contributions in, the vault's answer out. */

import type { NoiseSource } from '../../src/core/privacy/noise-stream.ts'
import { createNoiseSource } from '../../src/core/privacy/noise-stream.ts'
import { type ReleaseOrder, releaseAll } from '../../src/core/release/release.ts'
import { Confidential } from '../../src/model/confidential.ts'
import { UnitName } from '../../src/model/data-product.ts'
import type { Sha256 } from '../../src/model/digest.ts'
import type { Measure, Plan, ReleaseNode } from '../../src/model/plan.ts'
import type { PrivacyRules, ReleaseRules, ThresholdRules } from '../../src/model/release-policy.ts'
import type { Result } from '../../src/model/result.ts'
import type { ReleasedTable, TextTable, TextValue } from '../../src/model/table.ts'

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

/**
 * The cell that the vault computes from contributions, for every value of the node alike.
 *
 * @param others The second variable of moments, row by row; rows lack a value where either does.
 */
export function aCell(
  keys: readonly TextValue[],
  contributions: Contributions,
  node: ReleaseNode = aNode(),
  others: Contributions = contributions,
): readonly TextValue[] {
  const units = BigInt(contributions.length)
  const rows = contributions.flat().length
  const values = node.measures.flatMap((measure) => {
    if (measure.kind === 'units') return []
    if (measure.kind !== 'moments') {
      const isCount = measure.kind === 'rows'
      const own = contributions.map((unit) => (isCount ? unit.map(() => 1n) : unit))
      return describe([own]).slice(0, 7)
    }
    return describe(measure.bounds.length === 1 ? [contributions] : paired(contributions, others))
  })
  return [...keys, units.toString(), rows.toString(), ...values]
}

/** Both variables, with a value where both have one. */
function paired(first: Contributions, second: Contributions): readonly Contributions[] {
  const kept = (from: Contributions, other: Contributions): Contributions =>
    from.map((own, u) => own.map((value, r) => ((other[u]?.[r] ?? null) === null ? null : value)))
  return [kept(first, second), kept(second, first)]
}

/** u and n; s, q, a, t1, t2 of each variable; the sums of products over rows. */
function describe(variables: readonly Contributions[]): readonly string[] {
  const present = variables.map((variable) =>
    variable.map((unit) => unit.filter((value) => value !== null)),
  )
  const [first = [], second = first] = present
  const [xs, ys] = [first.flat(), second.flat()]
  const dot = (a: readonly bigint[], b: readonly bigint[]): bigint =>
    total(a.map((value, i) => value * (b[i] ?? 0n)))
  return [
    BigInt(first.filter((unit) => unit.length > 0).length),
    BigInt(xs.length),
    ...present.flatMap(describeVariable),
    dot(xs, xs),
    ...(variables.length === 2 ? [dot(ys, ys), dot(xs, ys)] : []),
  ].map(String)
}

function describeVariable(units: readonly (readonly bigint[])[]): readonly bigint[] {
  const sums = units.map(total)
  const magnitudes = sums.map((sum) => (sum < 0n ? -sum : sum))
  const sorted = magnitudes.toSorted((a, b) => (a < b ? 1 : -1))
  const squares = total(sums.map((sum) => sum * sum))
  return [total(sums), squares, total(magnitudes), sorted[0] ?? 0n, sorted[1] ?? 0n]
}

function total(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n)
}

/** Releases one node on its own. */
export function release(
  order: ReleaseOrder & { readonly rules: ReleaseRules },
): Result<ReleasedTable> {
  const answer = releaseAll([order], order.rules)
  if (!answer.ok) return answer
  const [table] = answer.value
  if (table === undefined) throw new Error('a node has a table')
  return { ok: true, value: table }
}

export function aTable(rows: TextTable['rows'], node: ReleaseNode = aNode()): TextTable {
  const variable = ['s', 'q', 'a', 't1', 't2']
  const values = node.measures.flatMap((measure) => {
    if (measure.kind === 'units') return []
    const isPair = measure.kind === 'moments' && measure.bounds.length === 2
    const products = isPair ? ['xx', 'yy', 'xy'] : measure.kind === 'moments' ? ['xx'] : []
    const parts = ['u', 'n', ...variable, ...(isPair ? variable : []), ...products]
    return parts.map((part) => `${measure.column}_${part}`)
  })
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
      minorityUnits: 3,
      largestClass: 900,
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
