/** Exact samplers for integer noise: whole-number arithmetic only, so no floating-point attack applies. */

import { assert } from '../../model/assert.ts'
import type { ByteStream } from './byte-stream.ts'
import type { Rational } from './rational.ts'
import { integerSquareRoot } from './rational.ts'

/**
 * Draws from 0 to `bound - 1`, each equally likely. A bound of 1 consumes no bytes.
 *
 * @throws {InvariantViolation} A bound below 1.
 */
export function sampleUniform(stream: ByteStream, bound: bigint): bigint {
  assert(bound > 0n, 'a uniform draw has a positive bound')
  if (bound === 1n) return 0n
  const bits = (bound - 1n).toString(2).length
  const byteCount = Math.ceil(bits / 8)
  const mask = (1n << BigInt(bits)) - 1n
  for (;;) {
    const draw = toInteger(stream.take(byteCount)) & mask
    if (draw < bound) return draw
  }
}

/**
 * True with probability exp(-numerator / denominator), for any ratio >= 0.
 *
 * @see Canonne, Kamath and Steinke (2020), arXiv:2004.00010, algorithm 1.
 */
export function sampleBernoulliExp(
  stream: ByteStream,
  numerator: bigint,
  denominator: bigint,
): boolean {
  assert(numerator >= 0n && denominator > 0n, 'an exponent is not negative')
  let rest = numerator
  while (rest > denominator) {
    if (!sampleSmallBernoulliExp(stream, 1n, 1n)) return false
    rest -= denominator
  }
  return sampleSmallBernoulliExp(stream, rest, denominator)
}

/** The same for a ratio in [0, 1]: the parity of the first failure in a series of ever rarer draws. */
function sampleSmallBernoulliExp(
  stream: ByteStream,
  numerator: bigint,
  denominator: bigint,
): boolean {
  let k = 1n
  while (sampleUniform(stream, denominator * k) < numerator) k++
  return k % 2n === 1n
}

/** Draws v >= 0 with probability proportional to exp(-v * s / t). */
function sampleGeometric(stream: ByteStream, s: bigint, t: bigint): bigint {
  let low: bigint
  do low = sampleUniform(stream, t)
  while (!sampleBernoulliExp(stream, low, t))
  let high = 0n
  while (sampleSmallBernoulliExp(stream, 1n, 1n)) high++
  return (high * t + low) / s
}

/**
 * Draws x with probability proportional to exp(-|x| * s / t).
 *
 * @see Canonne, Kamath and Steinke (2020), algorithm 2.
 */
export function sampleDiscreteLaplace(stream: ByteStream, s: bigint, t: bigint): bigint {
  assert(s > 0n && t > 0n, 'a Laplace scale is positive')
  for (;;) {
    const isNegative = sampleUniform(stream, 2n) === 1n
    const magnitude = sampleGeometric(stream, s, t)
    if (!isNegative) return magnitude
    if (magnitude !== 0n) return -magnitude // zero has one sign only, or it would come up twice as often
  }
}

/**
 * Draws x with probability proportional to exp(-x^2 / (2 * variance)).
 *
 * @see Canonne, Kamath and Steinke (2020), algorithm 3.
 */
export function sampleDiscreteGaussian(stream: ByteStream, variance: Rational): bigint {
  const { numerator, denominator } = variance
  assert(numerator > 0n && denominator > 0n, 'a variance is positive')
  const t = integerSquareRoot(numerator / denominator) + 1n
  const bound = 2n * numerator * denominator * t * t
  for (;;) {
    const draw = sampleDiscreteLaplace(stream, 1n, t)
    const magnitude = draw < 0n ? -draw : draw
    const excess = magnitude * t * denominator - numerator
    if (sampleBernoulliExp(stream, excess * excess, bound)) return draw
  }
}

function toInteger(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}
