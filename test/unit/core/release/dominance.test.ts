import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCertifiedNotDominated, isDominated } from '../../../../src/core/release/dominance.ts'
import { exactRules } from '../../../../src/core/release/exact-rules.ts'
import type { VariableCell } from '../../../../src/model/cell.ts'

const RULES = {
  minimumUnits: 10,
  largestShare: 500,
  twoLargestShare: 850,
  remainderShare: 100,
  minorityUnits: 3,
  largestClass: 900,
}
const OPEN = { ...RULES, largestShare: 1000, twoLargestShare: 1000, remainderShare: 1 }

describe('isDominated', () => {
  it.each([
    { why: 'a single contributor', cell: [100], rules: OPEN, isDominatedCell: true },
    { why: 'two contributors', cell: [60, 40], rules: OPEN, isDominatedCell: true },
    { why: 'no contributions', cell: [0, 0, 0], rules: RULES, isDominatedCell: false },
    { why: 'largest at half', cell: [50, 30, 20], rules: RULES, isDominatedCell: false },
    { why: 'largest above half', cell: [51, 29, 20], rules: RULES, isDominatedCell: true },
    { why: 'two largest at 85 %', cell: [45, 40, 15], rules: RULES, isDominatedCell: false },
    { why: 'two largest above 85 %', cell: [45, 41, 14], rules: RULES, isDominatedCell: true },
    {
      why: 'remainder at 10 % of the largest',
      cell: [100, 90, 10],
      rules: { ...OPEN, remainderShare: 100 },
      isDominatedCell: false,
    },
    {
      why: 'remainder below 10 % of the largest',
      cell: [100, 90, 9],
      rules: { ...OPEN, remainderShare: 100 },
      isDominatedCell: true,
    },
  ])('$why: $isDominatedCell', ({ cell, rules, isDominatedCell }) => {
    expect(isDominated(measureOf(cell), exactRules(rules))).toBe(isDominatedCell)
  })
})

describe('isCertifiedNotDominated', () => {
  it('never certifies a dominated cell', () => {
    const share = fc.integer({ min: 1, max: 1000 })
    const rules = fc.record({
      minimumUnits: fc.constant(2),
      largestShare: share,
      twoLargestShare: share,
      remainderShare: share,
      minorityUnits: fc.constant(2),
      largestClass: share,
    })
    const cells = fc.array(fc.nat({ max: 60 }), { maxLength: 12 })
    fc.assert(
      fc.property(cells, rules, (cell, rule) => {
        const measure = measureOf(cell)
        if (isCertifiedNotDominated(measure, exactRules(rule)))
          expect(isDominated(measure, exactRules(rule))).toBe(false)
      }),
    )
  })

  it.each([
    { why: 'largest', cell: [60, 10, 10, 10, 10], rules: { ...OPEN, largestShare: 500 } },
    { why: 'two largest', cell: [40, 40, 20], rules: { ...OPEN, twoLargestShare: 750 } },
    { why: 'remainder', cell: [50, 49, 1], rules: { ...OPEN, remainderShare: 100 } },
  ])('does not certify a cell that only the rule on the $why refuses', ({ cell, rules }) => {
    expect(isDominated(measureOf(cell), exactRules(rules))).toBe(true)
    expect(isCertifiedNotDominated(measureOf(cell), exactRules(rules))).toBe(false)
  })

  it('certifies an even cell', () => {
    expect(
      isCertifiedNotDominated(measureOf(Array.from({ length: 20 }, () => 5)), exactRules(RULES)),
    ).toBe(true)
  })
})

function measureOf(contributions: readonly number[]): VariableCell {
  const sorted = contributions.toSorted((a, b) => b - a)
  const total = contributions.reduce((sum, value) => sum + value, 0)
  return {
    sum: BigInt(total),
    squares: BigInt(contributions.reduce((sum, value) => sum + value * value, 0)),
    absolute: BigInt(total),
    largest: BigInt(sorted[0] ?? 0),
    second: BigInt(sorted[1] ?? 0),
  }
}
