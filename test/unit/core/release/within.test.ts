import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { releaseAll } from '../../../../src/core/release/release.ts'
import type { Measure, ReleaseNode } from '../../../../src/model/plan.ts'
import type { ThresholdRules, UnitRules } from '../../../../src/model/release-policy.ts'
import type { TextTable, TextValue } from '../../../../src/model/table.ts'
import {
  aCell,
  aNode,
  aTable,
  type Contributions,
  NO_NOISE,
  PEOPLE,
  PERSON,
  ROWS,
  SUM,
  sealed,
  THRESHOLD,
} from '../../../support/release-builders.ts'

const MEASURES = [PEOPLE, ROWS, SUM]
const OUTER = aNode({ measures: MEASURES })
const INNER = aNode({ name: 'released_1', measures: MEASURES, within: 'released_0' })
const EXACT = rulesWith({})

function rulesWith(change: Partial<UnitRules>): ThresholdRules {
  const rule = THRESHOLD.units[PERSON]
  if (rule === undefined) throw new Error('the builder has rules for people')
  const units = { [PERSON]: { ...rule, ...change } }
  return { ...THRESHOLD, units, countBase: 1, significantDigits: 15 }
}

function even(size: number, value = 50n): Contributions {
  return Array.from({ length: size }, () => [value])
}

/** What leaves of the inner node, group by group. */
function innerRows(
  cells: readonly { key: TextValue; outer: Contributions; inner?: Contributions }[],
  rules: ThresholdRules = EXACT,
  [outerNode, innerNode]: readonly [ReleaseNode, ReleaseNode] = [OUTER, INNER],
): TextTable['rows'] {
  const order = (node: ReleaseNode, rows: TextTable['rows']) => ({
    node,
    tables: sealed(aTable(rows, node)),
    picoRho: 0n,
    noise: NO_NOISE,
  })
  const inner = cells.flatMap(({ key, inner: own }) =>
    own === undefined ? [] : [aCell([key], own, innerNode)],
  )
  const outer = cells.map(({ key, outer: whole }) => aCell([key], whole, outerNode))
  // The part comes first: the order of nodes must not matter.
  const result = releaseAll([order(innerNode, inner), order(outerNode, outer)], rules)
  if (!result.ok) throw new Error(result.problem.code)
  return result.value[0]?.rows ?? []
}

/** The count of units under a condition that `inside` of `whole` meet. */
function share(inside: number, whole: number, rules = EXACT): TextValue | undefined {
  return innerRows([{ key: 'a', outer: even(whole), inner: even(inside) }], rules)[0]?.[1]
}

describe('a count under a condition', () => {
  it.each([
    { why: 'four closed firms of 35', inside: 4, whole: 35, count: '4' },
    { why: 'the 31 others', inside: 31, whole: 35, count: '31' },
    { why: 'too few', inside: 2, whole: 15, count: null },
    { why: 'all but too few', inside: 13, whole: 15, count: null },
    { why: 'nobody', inside: 0, whole: 35, count: null },
    { why: 'everybody', inside: 35, whole: 35, count: null },
    { why: 'fewer than k of a larger cell than 90 % allows', inside: 4, whole: 41, count: null },
    { why: 'nine tenths exactly', inside: 36, whole: 40, count: '36' },
    { why: 'a rare condition that many meet', inside: 10, whole: 500, count: '10' },
    { why: 'one that all but many meet', inside: 490, whole: 500, count: '490' },
  ])('$why: $inside of $whole is $count', ({ inside, whole, count }) => {
    expect(share(inside, whole)).toBe(count)
  })

  it('is shown only where both sides stand alone, if the policy wants no shares', () => {
    const strict = rulesWith({ minorityUnits: 10 })
    expect(share(9, 35, strict)).toBeNull()
    expect(share(10, 35, strict)).toBe('10')
    expect(share(26, 35, strict)).toBeNull()
  })

  it('is withheld when one unit has most of the rows', () => {
    const busy: Contributions = [Array.from({ length: 30 }, () => 50n), ...even(4)]
    const [row] = innerRows([{ key: 'a', outer: [...busy, ...even(20)], inner: busy }])
    expect(row).toEqual(['a', '5', null, null])
  })

  it('answers for every cell that is named, and for no other', () => {
    const rows = innerRows([
      { key: 'a', outer: even(30), inner: even(12) },
      { key: 'b', outer: even(30) },
      { key: 'c', outer: even(9), inner: even(4) },
    ])
    expect(rows).toEqual([
      ['a', '12', '12', '60.0'],
      ['b', null, null, null],
    ])
  })

  it('tells nobody from few, all from nearly all', () => {
    const answer = (inside: number): unknown =>
      innerRows([{ key: 'a', outer: even(30), inner: even(inside) }])
    for (const few of [0, 1, 2]) expect(answer(few)).toEqual(answer(0))
    for (const many of [28, 29, 30]) expect(answer(many)).toEqual(answer(30))
  })
})

describe('a value under a condition', () => {
  it.each([
    { inside: 9, whole: 30, sum: null },
    { inside: 10, whole: 30, sum: '50.0' },
    { inside: 20, whole: 30, sum: '100.0' },
    { inside: 21, whole: 30, sum: null },
    { inside: 30, whole: 30, sum: null },
  ])('$inside of $whole leaves as $sum', ({ inside, whole, sum }) => {
    const [row] = innerRows([{ key: 'a', outer: even(whole), inner: even(inside) }])
    expect(row?.[3]).toBe(sum)
  })

  it('is withheld where the rest of a total that is shown too may have one large contributor', () => {
    const rest: Contributions = [[900n], ...even(11, 40n)]
    const cells = [{ key: 'a', outer: [...rest, ...even(20)], inner: even(20) }]
    expect(innerRows(cells)[0]?.[3]).toBeNull()
    const alone = { ...OUTER, measures: [PEOPLE] }
    expect(innerRows(cells, EXACT, [alone, INNER])[0]?.[3]).toBe('100.0')
  })

  it('leaves where the largest contributor is on its side', () => {
    const inner: Contributions = [[200n], ...even(19)]
    const cells = [{ key: 'a', outer: [...inner, ...even(12, 49n)], inner }]
    expect(innerRows(cells)[0]?.[3]).toBe('115.0')
  })
})

describe('a yes/no column', () => {
  const measure: Measure = {
    ...SUM,
    kind: 'sum',
    bounds: { lower: '0', upper: '1', step: '1' },
  }
  const mean: Measure = { ...measure, column: 'm3', kind: 'mean' }
  const node = aNode({ measures: [measure, mean] })

  function answer(yes: number, no: number, rules: ThresholdRules): TextTable['rows'][number] {
    const cell = aCell(['a'], [...even(yes, 1n), ...even(no, 0n)], node)
    const order = { node, tables: sealed(aTable([cell], node)), picoRho: 0n, noise: NO_NOISE }
    const result = releaseAll([order], rules)
    return (result.ok ? result.value[0]?.rows[0]?.slice(1) : undefined) ?? []
  }

  it('is judged like the condition that it is', () => {
    expect(answer(4, 31, EXACT)).toEqual(['4', '0.114285714285714'])
    expect(answer(4, 60, EXACT)).toEqual([null, null])
    expect(answer(12, 400, EXACT)[0]).toBe('12')
  })

  it('is rounded like a count, in its mean as well', () => {
    expect(answer(14, 39, THRESHOLD)).toEqual(['15', '0.273'])
  })
})

describe('what lies within what', () => {
  it.each([
    { why: 'an unknown node', change: { within: 'released_7' }, reason: 'node of its plan' },
    { why: 'itself', change: { within: 'released_1' }, reason: 'within itself' },
    { why: 'a node with other keys', change: { keys: [] }, reason: 'the same keys' },
    {
      why: 'a node of other units',
      change: { cellQueries: [] },
      reason: 'the same keys and units',
    },
  ])('cannot be $why', ({ change, reason }) => {
    const inner = { ...INNER, ...change }
    const orders = [OUTER, inner].map((node) => ({
      node,
      tables: sealed(...node.cellQueries.map(() => aTable([], node))),
      picoRho: 0n,
      noise: NO_NOISE,
    }))
    expect(() => releaseAll(orders, EXACT)).toThrow(reason)
  })

  it('is never larger', () => {
    const cells = [{ key: 'a', outer: even(20), inner: even(21) }]
    expect(() => innerRows(cells)).toThrow('no larger than the one that contains it')
  })

  it('shows no side of fewer than three, and no value of fewer than k, whatever the data', () => {
    const cell = fc.record({ inside: fc.nat({ max: 40 }), outside: fc.nat({ max: 40 }) })
    fc.assert(
      fc.property(cell, ({ inside, outside }) => {
        const outer = [...even(inside), ...even(outside, 30n)]
        const [row] = innerRows([{ key: 'a', outer, inner: even(inside) }])
        if (row === undefined) return
        const [smaller, larger] = [Math.min(inside, outside), Math.max(inside, outside)]
        if (row[1] !== null) {
          expect(smaller).toBeGreaterThanOrEqual(3)
          expect(smaller >= 10 || larger <= 0.9 * (inside + outside)).toBe(true)
        }
        if (row[3] !== null) expect(smaller).toBeGreaterThanOrEqual(10)
      }),
    )
  })
})
