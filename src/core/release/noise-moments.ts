/** Moments with noise: sums are noised, statistics are computed from what comes out. */

import type { MeasureCell } from '../../model/cell.ts'
import type { MomentStatistic } from '../../model/plan.ts'
import type { TextValue } from '../../model/table.ts'
import { powerOfTen } from './decimal.ts'
import type { Lattice } from './lattice.ts'
import { type MomentScale, type MomentSums, momentText } from './moments.ts'

const DOUBLE_DIGITS = 15

/** Fewer rows than this have no spread; a noised count is held above it. */
const FEWEST_ROWS = 2n

/** The numbers behind moments, in the order of `planNoise`: rows; totals; squares; the product. */
export function exactMoments(
  { rows, variables, products }: MeasureCell,
  lattices: readonly Lattice[],
): readonly bigint[] {
  const totals = lattices.map(
    ({ lower, upper }, i) => 2n * (variables[i]?.sum ?? 0n) - (lower + upper) * rows,
  )
  const squares = lattices.map(({ reach }, i) => 2n * (products[i] ?? 0n) - reach * reach * rows)
  return [rows, ...totals, ...squares, ...products.slice(2, 3)]
}

/** The statistic of noised numbers. */
export function momentOf(
  statistic: MomentStatistic,
  lattices: readonly Lattice[],
  numbers: readonly bigint[],
): TextValue {
  const sums = heldSums(halvedSums(lattices, numbers))
  return momentText(statistic, sums, halvedScale(lattices), DOUBLE_DIGITS)
}

/** Sums of variables counted in halves of a lattice step, so that the middle of a clamp is whole. */
function halvedSums(lattices: readonly Lattice[], numbers: readonly bigint[]): MomentSums {
  const [rows = 0n, ...others] = numbers
  const [first = 0n, second = 0n] = lattices.map(
    ({ lower, upper }, i) => (others[i] ?? 0n) + (lower + upper) * rows,
  )
  const [firstSquares = 0n, secondSquares = 0n] = lattices.map(
    ({ reach }, i) => 2n * ((others[lattices.length + i] ?? 0n) + reach * reach * rows),
  )
  const products = 4n * (others[4] ?? 0n)
  return { rows, first, second, firstSquares, secondSquares, products }
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
