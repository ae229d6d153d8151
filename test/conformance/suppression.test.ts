/** Known answers of sdcTable: primary suppression by each rule, and what must go with it. */

import { describe, expect, it } from 'vitest'
import { isDominated } from '../../src/core/release/dominance.ts'
import { exactRules } from '../../src/core/release/exact-rules.ts'
import { suppressComplement, type TableCell } from '../../src/core/release/suppress-complement.ts'
import { hasSharedData, readSharedJson, sharedDataNote } from '../support/shared-data.ts'

interface Expectations {
  readonly table: readonly {
    readonly index: number
    readonly n: number
    readonly sum: number
    readonly top1: number
    readonly top2: number
  }[]
  readonly primary: Readonly<Record<string, readonly number[]>>
  readonly complementary: Readonly<Record<string, readonly number[]>>
  readonly singleton_example: { readonly 'region counts': Readonly<Record<string, number>> }
}

const EMPTY: Expectations = {
  table: [],
  primary: {},
  complementary: {},
  singleton_example: { 'region counts': {} },
}
const { table, primary, complementary, singleton_example } = hasSharedData
  ? readSharedJson<Expectations>('sdctable/expectations.json')
  : EMPTY

const OPEN = {
  minimumUnits: 2,
  largestShare: 1000,
  twoLargestShare: 1000,
  remainderShare: 1,
  minorityUnits: 2,
  largestClass: 1000,
}

function dominatedBy(rule: Partial<typeof OPEN>): readonly number[] {
  return table
    .filter(({ sum, top1, top2 }) => {
      const magnitudes = { absolute: BigInt(sum), largest: BigInt(top1), second: BigInt(top2) }
      return isDominated(magnitudes, exactRules({ ...OPEN, ...rule }))
    })
    .map(({ index }) => index)
}

describe.skipIf(!hasSharedData)(`primary suppression${sharedDataNote}`, () => {
  it('by number of units', () => {
    const small = table.filter(({ n }) => n <= 2).map(({ index }) => index)
    expect(small).toEqual(primary['freq maxN=2'])
  })

  it('by the two largest', () => {
    expect(dominatedBy({ twoLargestShare: 750 })).toEqual(primary['nk n=2,k=75 (%)'])
  })

  it('by what remains', () => {
    expect(dominatedBy({ remainderShare: 700 })).toEqual(primary['p p=70 (%)'])
    // pq: 80 % of the remainder against 60 % of the largest.
    expect(dominatedBy({ remainderShare: 750 })).toEqual(primary['pq p=60,q=80'])
  })
})

describe.skipIf(!hasSharedData)(`complementary suppression${sharedDataNote}`, () => {
  /** Regions Total, A to D by gender Total, male, female. */
  const rows = [0, 3, 6, 9, 12].map((total) => ({ total, parts: [total + 1, total + 2] }))
  const columns = [0, 1, 2].map((total) => ({
    total,
    parts: [3, 6, 9, 12].map((at) => at + total),
  }))

  function withheldBy(sensitive: readonly number[], minimumUnits: bigint): readonly number[] {
    const cells: readonly TableCell[] = table.map(({ index, n }) => ({
      amount: BigInt(n),
      units: BigInt(n),
      isSensitive: sensitive.includes(index),
    }))
    const protection = { minimumUnits, widthOf: () => minimumUnits }
    const withheld = suppressComplement(cells, [...rows, ...columns], protection)
    return [...withheld].map((position) => position + 1).toSorted((a, b) => a - b)
  }

  it('closes the rectangle that every method of sdcTable closes', () => {
    const [expected] = Object.values(complementary)
    expect(withheldBy([6], 3n)).toEqual(expected)
    expect(withheldBy([6], 10n)).toEqual(expected)
  })

  it('withholds one more when all that is withheld belongs to loners', () => {
    const counts = Object.values(singleton_example['region counts'])
    const total = counts.reduce((sum, count) => sum + count, 0)
    const cells: readonly TableCell[] = [total, ...counts].map((count, i) => ({
      amount: BigInt(count),
      units: BigInt(count),
      isSensitive: i > 0 && count === 1,
    }))
    const lines = [{ total: 0, parts: [1, 2, 3, 4] }]
    const withheld = suppressComplement(cells, lines, { minimumUnits: 2n, widthOf: () => 2n })
    expect([...withheld].toSorted((a, b) => a - b)).toEqual([1, 2, 3])
  })
})
