/** Exact ratios of whole numbers. They stay unreduced, because the samplers' byte use depends on their form. */

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
