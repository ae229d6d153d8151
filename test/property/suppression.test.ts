/**
 * Goal: whatever the table, published totals leave every withheld cell open (A54).
 * Method: random two-way tables; what is withheld is judged by an attacker who solves for each cell by
 * moving units around rectangles, which any change of a two-way table that keeps all totals consists of.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { feasibleRange } from '../../src/core/release/feasible-range.ts'
import {
  type Line,
  suppressComplement,
  type TableCell,
} from '../../src/core/release/suppress-complement.ts'

const K = 4
const WIDTH = 3
const PROTECTION = { minimumUnits: BigInt(K), widthOf: () => BigInt(WIDTH) }

/** Inner cells row by row, then row totals, column totals, and the grand total. */
function tableOf(counts: readonly (readonly number[])[]): {
  readonly cells: readonly TableCell[]
  readonly lines: readonly Line[]
} {
  const [height, width] = [counts.length, counts[0]?.length ?? 0]
  const at = (row: number, column: number): number => row * width + column
  const lines: Line[] = []
  const rowTotal = (row: number): number => height * width + row
  const columnTotal = (column: number): number => height * width + height + column
  const grand = height * width + height + width
  counts.forEach((row, r) => {
    lines.push({ total: rowTotal(r), parts: row.map((_, c) => at(r, c)) })
  })
  for (let c = 0; c < width; c++) {
    lines.push({ total: columnTotal(c), parts: counts.map((_, r) => at(r, c)) })
  }
  lines.push({ total: grand, parts: counts.map((_, r) => rowTotal(r)) })
  lines.push({ total: grand, parts: (counts[0] ?? []).map((_, c) => columnTotal(c)) })
  const values = counts.flat()
  for (const { total, parts } of lines) {
    values[total] = parts.reduce((sum, part) => sum + (values[part] ?? 0), 0)
  }
  const cells = values.map((value) => ({
    amount: BigInt(value),
    units: BigInt(value),
    isSensitive: value < K,
  }))
  return { cells, lines }
}

const counts = fc
  .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 2, max: 4 }))
  .chain(([height, width]) =>
    fc.array(fc.array(fc.nat({ max: 12 }), { minLength: width, maxLength: width }), {
      minLength: height,
      maxLength: height,
    }),
  )

/** A row of zeros: every line of a withheld cell in it is withheld too, and others still tell it. */
const WITHOUT_ROW = [
  [2, 4, 4, 2],
  [0, 0, 0, 0],
  [0, 4, 0, 0],
]

describe('complementary suppression', () => {
  it('leaves no sensitive cell within a narrow range, unless nothing is published', () => {
    fc.assert(
      fc.property(counts, (input) => {
        const { cells, lines } = tableOf(input)
        const withheld = suppressComplement(cells, lines, PROTECTION)
        const unknowns = [...withheld]
        const equations = lines
          .map(({ total, parts }) => ({
            coefficients: unknowns.map((each) =>
              each === total ? -1n : parts.includes(each) ? 1n : 0n,
            ),
            constant:
              (withheld.has(total) ? 0n : (cells[total]?.amount ?? 0n)) -
              parts.reduce(
                (sum, part) => sum + (withheld.has(part) ? 0n : (cells[part]?.amount ?? 0n)),
                0n,
              ),
          }))
          .filter(({ coefficients }) => coefficients.some((value) => value !== 0n))
        cells.forEach(({ isSensitive }, position) => {
          if (!isSensitive) return
          expect(withheld.has(position)).toBe(true)
          const { low, high } = feasibleRange(equations, unknowns.indexOf(position))
          const isOpen = high === undefined || high - low >= BigInt(WIDTH)
          expect(isOpen || withheld.size === cells.length).toBe(true)
        })
      }),
      { numRuns: 60, examples: [[WITHOUT_ROW]] },
    )
  })

  it('withholds nothing where nothing is sensitive', () => {
    const { cells, lines } = tableOf([
      [9, 9],
      [9, 9],
    ])
    expect(suppressComplement(cells, lines, PROTECTION).size).toBe(0)
  })

  it('withholds whole lines of a tiny table rather than give a cell away', () => {
    const { cells, lines } = tableOf([
      [1, 9],
      [9, 9],
    ])
    expect(suppressComplement(cells, lines, PROTECTION).size).toBeGreaterThanOrEqual(4)
  })
})
