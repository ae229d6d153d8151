/** Moments with noise: sums are noised, statistics are computed from what comes out. */

import { assert } from '../../model/assert.ts'
import type { MeasureCell } from '../../model/cell.ts'
import type { MomentStatistic } from '../../model/plan.ts'
import type { TextValue } from '../../model/table.ts'
import { powerOfTen } from './decimal.ts'
import type { Lattice } from './lattice.ts'
import { type MomentScale, type MomentSums, momentText } from './moments.ts'
import type { AddNoise, Draw } from './noise-plan.ts'

const DOUBLE_DIGITS = 15

/** Fewer rows than this have no spread; a noised count is held above it. */
const FEWEST_ROWS = 2n

/**
 * @param draws In the order of `planNoise`: rows; a total for each variable; squares for each; the product.
 */
export function momentReader(
  statistic: MomentStatistic,
  lattices: readonly Lattice[],
  draws: readonly Draw[],
): (cell: MeasureCell, noised: AddNoise) => TextValue {
  const scale = halvedScale(lattices)
  return (cell, noised) => {
    const sums = noisedSums(cell, lattices, (value, i) => {
      const draw = draws[i]
      assert(draw !== undefined, 'every number of a moment has a draw')
      return noised(value, draw)
    })
    return momentText(statistic, heldSums(sums), scale, DOUBLE_DIGITS)
  }
}

/** Sums of variables counted in halves of a lattice step, so that the middle of a clamp is whole. */
function noisedSums(
  { rows, variables, products }: MeasureCell,
  lattices: readonly Lattice[],
  noised: (value: bigint, draw: number) => bigint,
): MomentSums {
  const count = noised(rows, 0)
  const totals = lattices.map(({ lower, upper }, i) => {
    const middle = lower + upper
    return noised(2n * (variables[i]?.sum ?? 0n) - middle * rows, 1 + i) + middle * count
  })
  const squares = lattices.map(({ reach }, i) => {
    const largest = reach * reach
    const centred = 2n * (products[i] ?? 0n) - largest * rows
    return 2n * (noised(centred, 1 + lattices.length + i) + largest * count)
  })
  const product = lattices.length === 2 ? 4n * noised(products[2] ?? 0n, 5) : 0n
  const [first = 0n, second = 0n] = totals
  const [firstSquares = 0n, secondSquares = 0n] = squares
  return { rows: count, first, second, firstSquares, secondSquares, products: product }
}

/** Brings noised sums back to what sums can be: at least two rows, and no negative spread. */
function heldSums(sums: MomentSums): MomentSums {
  const rows = sums.rows > FEWEST_ROWS ? sums.rows : FEWEST_ROWS
  return {
    ...sums,
    rows,
    firstSquares: atLeast(sums.firstSquares, ceilDivide(sums.first ** 2n, rows)),
    secondSquares: atLeast(sums.secondSquares, ceilDivide(sums.second ** 2n, rows)),
  }
}

function atLeast(value: bigint, bound: bigint): bigint {
  return value > bound ? value : bound
}

function ceilDivide(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator
}

function halvedScale(lattices: readonly Lattice[]): MomentScale {
  const scale = Math.max(...lattices.map((lattice) => lattice.scale))
  const [first = 0n, second = 0n] = lattices.map(
    (lattice) => lattice.multiplier * powerOfTen(scale - lattice.scale),
  )
  return { first, second, denominator: 2n * powerOfTen(scale) }
}
