import { describe, expect, it } from 'vitest'
import { releaseAll } from '../../../../src/core/release/release.ts'
import type { Sha256 } from '../../../../src/model/digest.ts'
import type { ReleaseNode } from '../../../../src/model/plan.ts'
import type { TextTable } from '../../../../src/model/table.ts'
import {
  aCell,
  aNode,
  aTable,
  type Contributions,
  NO_NOISE,
  PEOPLE,
  ROWS,
  SUM,
  sealed,
  THRESHOLD,
} from '../../../support/release-builders.ts'

const COHORT = 'c'.repeat(64) as Sha256
const REGION = { column: 'k0', source: 'region' }
const SEX = { column: 'k1', source: 'sex' }
const EXACT = { ...THRESHOLD, countBase: 1, significantDigits: 15 }

function aMargin(change: Partial<ReleaseNode>): ReleaseNode {
  return aNode({ measures: [PEOPLE, ROWS, SUM], cohort: COHORT, ...change })
}

const INNER = aMargin({ keys: [REGION, SEX] })
const BY_REGION = aMargin({ name: 'released_1', keys: [REGION] })
const ALL = aMargin({ name: 'released_2', keys: [] })

function even(size: number): Contributions {
  return Array.from({ length: size }, () => [50n])
}

type Table = Readonly<Record<string, readonly [female: number, male: number]>>

/** What leaves of a table of sizes by region and sex, with the given margins. */
function answer(
  table: Table,
  nodes: readonly ReleaseNode[],
  rules = EXACT,
): readonly TextTable['rows'][] {
  const cells = Object.entries(table).flatMap(([region, sizes]) =>
    sizes.map((size, i) => ({ keys: [region, i === 0 ? 'f' : 'm'], size })),
  )
  const orders = nodes.map((node) => {
    const sizes = new Map<string, { keys: readonly string[]; size: number }>()
    for (const { keys, size } of cells) {
      const kept = keys.slice(0, node.keys.length)
      const before = sizes.get(kept.join())?.size ?? 0
      sizes.set(kept.join(), { keys: kept, size: before + size })
    }
    const rows = [...sizes.values()]
      .filter(({ size }) => size > 0)
      .map(({ keys, size }) => aCell(keys, even(size), node))
    return { node, tables: sealed(aTable(rows, node)), picoRho: 0n, noise: NO_NOISE }
  })
  const result = releaseAll(orders, rules)
  if (!result.ok) throw new Error(result.problem.code)
  return result.value.map(({ rows }) => rows)
}

describe('totals beside their parts', () => {
  it('leave a table alone in which nothing is withheld', () => {
    const [inner, regions] = answer({ a: [20, 30], b: [12, 40] }, [INNER, BY_REGION])
    expect(inner?.map((row) => row[2])).toEqual(['20', '30', '12', '40'])
    expect(regions?.map((row) => row[1])).toEqual(['50', '52'])
  })

  it('take the other part of a line with a withheld one', () => {
    const [inner, regions] = answer({ a: [4, 30], b: [12, 40] }, [INNER, BY_REGION])
    expect(inner).toEqual([
      ['a', 'm', null, null, null],
      ['b', 'f', '12', '12', '60.0'],
      ['b', 'm', '40', '40', '200.0'],
    ])
    expect(regions?.map((row) => row[1])).toEqual(['34', '52'])
  })

  it('do so whatever the order of nodes, and through several margins', () => {
    const [all, inner, regions] = answer({ a: [4, 6], b: [12, 40] }, [ALL, INNER, BY_REGION])
    expect(all).toEqual([['62', '62', '310.0']])
    expect(regions?.map((row) => row[1])).toEqual(['10', '52'])
    expect(inner?.map((row) => row[0])).toEqual(['b', 'b'])
  })

  it('withhold a total rather than tell who is missing', () => {
    const [, regions, all] = answer({ a: [4, 3], b: [12, 40] }, [INNER, BY_REGION, ALL])
    // Region a is not named; b would be all but 7 of the 59.
    expect(regions).toEqual([['b', null, null, null]])
    expect(all).toEqual([['59', '59', '295.0']])
  })

  it('are not compared with nodes over other rows', () => {
    const other = { ...BY_REGION, cohort: 'd'.repeat(64) as Sha256 }
    const [inner] = answer({ a: [4, 30] }, [INNER, other])
    expect(inner).toEqual([['a', 'm', '30', '30', '150.0']])
  })

  it('are left out of tables too large to check', () => {
    const table = (size: number): Table =>
      Object.fromEntries(Array.from({ length: size }, (_, i) => [`r${i}`, [10, 10] as const]))
    const rules = { ...EXACT, maximumCells: 2000 }
    const totals = (size: number): unknown =>
      answer(table(size), [INNER, BY_REGION], rules)[1]?.[0]?.slice(1)
    expect(totals(600)).toEqual(['20', '20', '100.0'])
    expect(totals(700)).toEqual([null, null, null])
  })
})

describe('a sensitive key', () => {
  const node = aNode({ keys: [REGION, { ...SEX, isSensitive: true }], measures: [PEOPLE] })

  it.each([
    { why: 'all share a value', sizes: [0, 40], shown: 0 },
    { why: 'all but two', sizes: [2, 15], shown: 0 },
    { why: 'more than nine in ten', sizes: [12, 120], shown: 0 },
    { why: 'nine in ten', sizes: [12, 108], shown: 2 },
    { why: 'some in a class too small to name', sizes: [4, 30], shown: 1 },
  ] as const)('is withheld with its neighbours where it tells: $why', ({ sizes, shown }) => {
    const [rows] = answer({ a: sizes, b: [20, 20] }, [node])
    expect(rows).toHaveLength(shown + 2)
  })
})
