import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Equation, feasibleRange } from '../../../../src/core/release/feasible-range.ts'

function equation(coefficients: readonly number[], constant: number): Equation {
  return { coefficients: coefficients.map(BigInt), constant: BigInt(constant) }
}

describe('feasibleRange', () => {
  it('is what totals leave open', () => {
    const equations = [equation([1, 1], 10)]
    expect(feasibleRange(equations, 0)).toEqual({ low: 0n, high: 10n })
  })

  it('uses every line through a cell', () => {
    // A rectangle of four unknowns, rows 20 and 22, columns 30 and 12.
    const equations = [
      equation([1, 1, 0, 0], 20),
      equation([0, 0, 1, 1], 22),
      equation([1, 0, 1, 0], 30),
      equation([0, 1, 0, 1], 12),
    ]
    expect(feasibleRange(equations, 0)).toEqual({ low: 8n, high: 20n })
    expect(feasibleRange(equations, 1)).toEqual({ low: 0n, high: 12n })
  })

  it('knows what is fixed, and what nothing bounds', () => {
    expect(feasibleRange([equation([1, 0], 7)], 0)).toEqual({ low: 7n, high: 7n })
    expect(feasibleRange([equation([1, -1], 3)], 0)).toEqual({ low: 3n, high: undefined })
    expect(feasibleRange([equation([1, 0], 7)], 1)).toEqual({ low: 0n, high: undefined })
  })

  it('rounds outwards', () => {
    const equations = [equation([2, 1], 5), equation([0, 1], 2)]
    expect(feasibleRange(equations, 0)).toEqual({ low: 1n, high: 2n })
  })

  it('refuses totals that contradict each other', () => {
    const equations = [equation([1, 1], 10), equation([1, 1], 11)]
    expect(() => feasibleRange(equations, 0)).toThrow('totals agree')
  })

  it('finds what trying every table finds', () => {
    const cell = fc.nat({ max: 2 })
    fc.assert(
      fc.property(fc.array(cell, { minLength: 6, maxLength: 6 }), (cells) => {
        // Two rows of three, with all row and column totals published.
        const lines = [
          [0, 1, 2],
          [3, 4, 5],
          [0, 3],
          [1, 4],
          [2, 5],
        ]
        const sumOf = (values: readonly number[], line: readonly number[]): number =>
          line.reduce((sum, at) => sum + (values[at] ?? 0), 0)
        const equations = lines.map((line) =>
          equation(
            cells.map((_, i) => (line.includes(i) ? 1 : 0)),
            sumOf(cells, line),
          ),
        )
        const tables = candidates(6).filter((values) =>
          lines.every((line) => sumOf(values, line) === sumOf(cells, line)),
        )
        cells.forEach((_, i) => {
          const values = tables.map((each) => each[i] ?? 0)
          const { low, high } = feasibleRange(equations, i)
          expect(Number(low)).toBe(Math.min(...values))
          expect(Number(high)).toBe(Math.max(...values))
        })
      }),
      { numRuns: 10 },
    )
  })
})

/** Every list of so many numbers from 0 to 4, the most that a column total can be. */
function candidates(length: number): readonly (readonly number[])[] {
  if (length === 0) return [[]]
  const shorter = candidates(length - 1)
  return [0, 1, 2, 3, 4].flatMap((value) => shorter.map((rest) => [value, ...rest]))
}
