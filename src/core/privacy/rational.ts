/** Exact ratios of whole numbers. Only `reduce` changes their form, because the samplers' byte use depends on it. */

import { assert } from '../../model/assert.ts'

export interface Rational {
  readonly numerator: bigint
  /** Positive. */
  readonly denominator: bigint
}

/** The largest whole number whose square is at most `value`. */
export function integerSquareRoot(value: bigint): bigint {
  assert(value >= 0n, 'a square root is taken of a number that is not negative')
  if (value < 2n) return value
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2))
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/** The ratio in lowest terms. */
export function reduce(numerator: bigint, denominator: bigint): Rational {
  let divisor = numerator
  let rest = denominator
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest]
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}
