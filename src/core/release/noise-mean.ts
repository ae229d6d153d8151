/** A mean from a noised total and a noised number of rows. */

import type { Rational } from '../privacy/rational.ts'
import { powerOfTen } from './decimal.ts'
import type { Lattice } from './lattice.ts'

/**
 * The middle of the clamp plus the noised mean distance from it, held within the clamp.
 *
 * @param numbers Sum over rows of twice the distance from the middle; rows. Both noised.
 */
export function noisedMean(
  { lower, upper, multiplier, scale }: Lattice,
  [total = 0n, rows = 0n]: readonly bigint[],
): Rational {
  const divisor = 2n * rowsHeld(rows)
  const mean = ((lower + upper) * divisor) / 2n + total
  const held = clamp(mean, lower * divisor, upper * divisor)
  return { numerator: held * multiplier, denominator: divisor * powerOfTen(scale) }
}

/** A mean is over one row at least, whatever the noise. */
export function rowsHeld(rows: bigint): bigint {
  return rows > 1n ? rows : 1n
}

function clamp(value: bigint, lower: bigint, upper: bigint): bigint {
  if (value < lower) return lower
  return value > upper ? upper : value
}
