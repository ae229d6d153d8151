/**
 * How far noise may have moved a value. The variance of the noise is public, so that errors cost nothing; they
 * say nothing about sampling, rounding to the lattice or clamping.
 */

import { unreachable } from '../../model/assert.ts'
import type { Measure } from '../../model/plan.ts'
import type { TextValue } from '../../model/table.ts'
import { integerSquareRoot, type Rational } from '../privacy/rational.ts'
import { powerOfTen, ratioText, rootText } from './decimal.ts'
import { type Lattice, latticeOf } from './lattice.ts'
import { noisedMean, rowsHeld } from './noise-mean.ts'
import type { Draw } from './noise-plan.ts'

/** What the columns after a value's own are called. */
export const ERROR_SUFFIXES = ['se', 'low', 'high'] as const

/** Errors need no more. */
const ERROR_DIGITS = 6

/** Noise lies within this many millionths of its standard deviation in 95 of 100 cases. */
const MICRO_QUANTILE = 1_959_964n
const MICRO = 1_000_000n

const ZERO: Rational = { numerator: 0n, denominator: 1n }

const UNKNOWN = [null, null, null] as const

/** Standard error, and both ends of the 95 % interval; NULL for moments, whose errors have no simple form. */
export function errorTexts(
  measure: Measure,
  lattices: readonly Lattice[],
  draws: readonly (Draw | undefined)[],
  numbers: readonly bigint[],
): readonly [TextValue, TextValue, TextValue] {
  const [first = 0n] = numbers
  const variances = draws.map((draw) => draw?.variance ?? ZERO)
  switch (measure.kind) {
    case 'units':
    case 'rows':
      return texts({ numerator: first, denominator: 1n }, variances[0] ?? ZERO)
    case 'sum': {
      const [{ multiplier, scale } = latticeOf(measure)] = lattices
      const unit = { numerator: multiplier, denominator: powerOfTen(scale) }
      const value = { numerator: first * multiplier, denominator: unit.denominator }
      return texts(value, scaled(variances[0] ?? ZERO, unit))
    }
    case 'mean':
      return texts(
        noisedMean(latticeOf(measure), numbers),
        meanVariance(latticeOf(measure), variances, numbers),
      )
    case 'moments':
      return UNKNOWN
    default:
      return unreachable(measure, 'errorTexts')
  }
}

/** To first order: the total's noise over the rows, and the rows' noise by the distance from the middle. */
function meanVariance(
  { multiplier, scale }: Lattice,
  [ofTotal = ZERO, ofRows = ZERO]: readonly Rational[],
  [total = 0n, rows = 0n]: readonly bigint[],
): Rational {
  const count = rowsHeld(rows)
  const sum = added(ofTotal, scaled(ofRows, { numerator: total, denominator: count }))
  return scaled(sum, { numerator: multiplier, denominator: 2n * count * powerOfTen(scale) })
}

function texts(value: Rational, variance: Rational): readonly [string, string, string] {
  const denominator = powerOfTen(ERROR_DIGITS * 4)
  const deviation = rootOf(variance, denominator)
  const reach = (deviation * MICRO_QUANTILE) / MICRO
  const end = (sign: bigint): string =>
    ratioText(
      value.numerator * denominator + sign * reach * value.denominator,
      value.denominator * denominator,
      ERROR_DIGITS * 2,
    )
  return [rootText(variance.numerator, variance.denominator, ERROR_DIGITS), end(-1n), end(1n)]
}

/** The square root in units of 1 / denominator. */
function rootOf({ numerator, denominator }: Rational, unit: bigint): bigint {
  return integerSquareRoot((numerator * unit * unit) / denominator)
}

/** The variance of a value times a factor. */
function scaled(variance: Rational, factor: Rational): Rational {
  return {
    numerator: variance.numerator * factor.numerator ** 2n,
    denominator: variance.denominator * factor.denominator ** 2n,
  }
}

function added(a: Rational, b: Rational): Rational {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  }
}
