import { describe, expect, it } from 'vitest'
import type { Measure, ReleaseNode } from '../../../../src/model/plan.ts'
import type { ThresholdRules } from '../../../../src/model/release-policy.ts'
import type { TextTable } from '../../../../src/model/table.ts'
import { passThroughRules } from '../../../support/pass-through.ts'
import {
  aCell,
  aNode,
  aTable,
  type Contributions,
  CROWD,
  FIRM,
  MEAN,
  NO_NOISE,
  PEOPLE,
  PERSON,
  ROWS,
  release,
  SUM,
  sealed,
  THRESHOLD,
} from '../../../support/release-builders.ts'

const NODE = aNode()
const PUBLIC = aNode({ keys: [{ column: 'k0', source: 'region', domain: ['north', 'south'] }] })
const EXACT: ThresholdRules = { ...THRESHOLD, countBase: 1, significantDigits: 15 }

function rowsOf(
  rows: TextTable['rows'],
  node: ReleaseNode = NODE,
  rules: ThresholdRules = EXACT,
): TextTable['rows'] {
  const tables = sealed(aTable(rows, node))
  const result = release({ node, tables, rules, picoRho: 0n, noise: NO_NOISE })
  if (!result.ok) throw new Error(result.problem.code)
  return result.value.rows
}

/** `size` units of one row each, all of the same value. */
function even(size: number, value = 50n): Contributions {
  return Array.from({ length: size }, () => [value])
}

describe('minimum of units', () => {
  it('releases a private group from k units on, and does not name a smaller one', () => {
    const rows = rowsOf([aCell(['a'], even(10)), aCell(['b'], even(9))])
    expect(rows).toEqual([['a', '10', '10', '50.0', '5']])
  })

  it('names every public group, with the same NULLs for none, one and k - 1 units', () => {
    const answer = (...cells: readonly Contributions[]): TextTable['rows'] =>
      rowsOf(
        cells.map((cell) => aCell(['north'], cell, PUBLIC)),
        PUBLIC,
      )
    const hidden = [
      ['north', null, null, null, null],
      ['south', null, null, null, null],
    ]
    expect(answer()).toEqual(hidden)
    expect(answer(even(1))).toEqual(hidden)
    expect(answer(even(9))).toEqual(hidden)
    expect(answer(even(10))[0]).toEqual(['north', '10', '10', '50.0', '5'])
  })

  it('names the one group of a query without keys', () => {
    const node = aNode({ keys: [] })
    expect(rowsOf([aCell([], even(10))], node)).toEqual([['10', '10', '50.0', '5']])
    expect(rowsOf([], node)).toEqual([[null, null, null, null]])
  })

  it('drops groups outside a public list, also where another key is private', () => {
    expect(rowsOf([aCell(['west'], even(10))], PUBLIC)).toHaveLength(2)
    const keys = [
      { column: 'k0', source: 'a', domain: ['x'] },
      { column: 'k1', source: 'b' },
    ]
    const rows = [
      ['x', 'p'],
      ['y', 'p'],
      [null, 'p'],
      ['x', null],
    ]
    const released = rowsOf(
      rows.map((key) => aCell(key, even(10))),
      aNode({ keys }),
    )
    expect(released.map(([x, p]) => [x, p])).toEqual([
      ['x', null],
      ['x', 'p'],
    ])
  })

  it('holds for the rows that have a value, too', () => {
    const sparse: Contributions = [...even(9), ...Array.from({ length: 20 }, () => [null])]
    expect(rowsOf([aCell(['a'], sparse)])).toEqual([['a', '29', '29', null, null]])
    expect(rowsOf([aCell(['a'], [...sparse, [50n]])])[0]?.slice(3)).toEqual(['50.0', '5'])
  })
})

describe('dominance', () => {
  const dominated: Contributions = [[900n], ...even(11, 10n)]

  it('withholds the values that one unit dominates and keeps the others', () => {
    expect(rowsOf([aCell(['a'], dominated)])).toEqual([['a', '12', '12', null, null]])
  })

  it('withholds a row count that one unit dominates', () => {
    const busy = Array.from({ length: 30 }, () => 50n)
    expect(rowsOf([aCell(['a'], [busy, ...even(11)])])).toEqual([['a', '12', null, null, null]])
  })

  it('judges magnitudes, so that opposite signs do not cancel out', () => {
    const measure: Measure = {
      ...SUM,
      kind: 'sum',
      bounds: { lower: '-100', upper: '100', step: '1' },
    }
    const node = aNode({ measures: [measure] })
    const opposed = [[99n], [-98n], ...even(18, 1n)]
    expect(rowsOf([aCell(['a'], opposed, node)], node)).toEqual([['a', null]])
  })
})

describe('unanimity', () => {
  const node = aNode({
    measures: [{ ...MEAN, kind: 'mean', bounds: { lower: '0', upper: '1', step: '1' } }],
  })

  it.each([
    [0, null],
    [2, null],
    [4, '0.2'],
    [17, '0.85'],
    [18, null],
    [20, null],
  ])('a share of %s in 20 leaves as %s', (yes, share) => {
    const answers = [...even(yes, 1n), ...even(20 - yes, 0n)]
    expect(rowsOf([aCell(['a'], answers, node)], node)).toEqual([['a', share]])
  })
})

describe('rounding', () => {
  it('rounds counts to the base, and sums and means to significant digits', () => {
    // 23 units of 12.3: a sum of 282.9.
    expect(rowsOf([aCell(['a'], even(23, 123n))], NODE, THRESHOLD)).toEqual([
      ['a', '25', '25', '283.0', '12.3'],
    ])
  })
})

describe('two protected units', () => {
  const people: Measure = PEOPLE
  const firms: Measure = { column: 'm4', source: 'firms', kind: 'units', unit: FIRM }
  const node = aNode({
    measures: [people, firms, ROWS],
    cellQueries: [
      { unit: PERSON, sql: '' },
      { unit: FIRM, sql: '' },
    ],
  })
  const rule = THRESHOLD.units[PERSON]
  if (rule === undefined) throw new Error('the builder has rules for people')
  const rules: ThresholdRules = {
    ...EXACT,
    units: { [PERSON]: rule, [FIRM]: { ...rule, minimumUnits: 3 } },
  }

  function answer(byFirm: Contributions): TextTable['rows'] {
    const person = aTable([aCell(['a'], even(12), node)], node)
    const firm = aTable([aCell(['a'], byFirm, node)], node)
    const tables = sealed(person, firm)
    const result = release({ node, tables, rules, picoRho: 0n, noise: NO_NOISE })
    if (!result.ok) throw new Error(result.problem.code)
    return result.value.rows
  }
  const rowsOfFirms = (...sizes: readonly number[]): Contributions =>
    sizes.map((size) => Array.from({ length: size }, () => 1n))

  it('counts each unit from its own cells', () => {
    expect(answer(rowsOfFirms(4, 4, 4))).toEqual([['a', '12', '3', '12']])
  })

  it('asks each unit for its own minimum', () => {
    expect(answer(rowsOfFirms(6, 6))).toEqual([])
  })

  it('lets no unit of either kind dominate', () => {
    expect(answer(rowsOfFirms(10, 1, 1))).toEqual([['a', '12', '3', null]])
  })
})

describe('the pass-through rules of tests', () => {
  const rules = passThroughRules(PERSON)

  it('let everything leave, exact', () => {
    expect(rowsOf([aCell(['a'], [[7n]]), aCell(['b'], [[null]])], NODE, rules)).toEqual([
      ['a', '1', '1', '0.7', '0.7'],
      ['b', '1', '1', null, null],
    ])
  })

  it('answer an empty group as SQL does', () => {
    expect(rowsOf([], aNode({ keys: [] }), rules)).toEqual([['0', '0', null, null]])
  })

  it('cannot be written as a policy', async () => {
    const { ThresholdRules: Schema } = await import('../../../../src/model/release-policy.ts')
    expect(Schema.safeParse(rules).success).toBe(false)
    expect(Schema.safeParse(THRESHOLD).success).toBe(true)
  })
})

describe('an even crowd', () => {
  it('leaves under the default rules', () => {
    expect(rowsOf([aCell(['a'], CROWD)], NODE, THRESHOLD)).toEqual([
      ['a', '20', '20', '59.0', '2.95'],
    ])
  })
})
