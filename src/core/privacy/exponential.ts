/** exp(-x) in fixed point with a proven lower and upper bound, for decisions that floats may not make. */

import { assert } from '../../model/assert.ts'

/** Fixed-point numbers here are integers in units of 2^-256. */
export const FRACTION_BITS = 256n

/**
 * Bounds on exp(-numerator / denominator) in units of 2^-256.
 *
 * The argument is halved until it is at most 1/2; its alternating Taylor series then brackets the
 * value, and squaring the bounds undoes the halving.
 *
 * @throws {InvariantViolation} A ratio outside (0, 2^32].
 */
export function exponentialBounds(
  numerator: bigint,
  denominator: bigint,
): { readonly low: bigint; readonly high: bigint } {
  assert(numerator > 0n && denominator > 0n, 'an exponent is positive')
  assert(numerator <= denominator << 32n, 'an exponent is at most 2^32')
  let halvings = 0n
  while (numerator << 1n > denominator << halvings) halvings++

  const scaled = denominator << halvings
  let { low, high } = seriesBounds(numerator, scaled)
  for (let i = 0n; i < halvings; i++) {
    low = (low * low) >> FRACTION_BITS
    high = ((high * high) >> FRACTION_BITS) + 1n
  }
  return { low, high }
}

/** The series 1 - x + x^2/2 - ..., each term rounded to its bounds. For x in (0, 1/2]. */
function seriesBounds(numerator: bigint, denominator: bigint): { low: bigint; high: bigint } {
  const one = 1n << FRACTION_BITS
  let term = { low: one, high: one }
  let sum = { low: one, high: one }
  for (let n = 1n; ; n++) {
    const divisor = denominator * n
    term = {
      low: (term.low * numerator) / divisor,
      high: (term.high * numerator) / divisor + 1n,
    }
    const isOdd = n % 2n === 1n
    sum = isOdd
      ? { low: sum.low - term.high, high: sum.high - term.low }
      : { low: sum.low + term.low, high: sum.high + term.high }
    // The terms alternate and shrink: what follows is smaller than the last one.
    if (term.low === 0n) return { low: sum.low - term.high, high: sum.high + term.high }
  }
}
