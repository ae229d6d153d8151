/** When a group whose very existence is protected may be shown: the threshold on its noised unit count. */

import { assert } from '../../model/assert.ts'
import { exponentialBounds, FRACTION_BITS } from './exponential.ts'
import type { Rational } from './rational.ts'
import { integerSquareRoot } from './rational.ts'

const ONE = 1n << FRACTION_BITS

/** Beyond this variance the tail is bounded instead of summed. */
const LARGEST_SUMMED_VARIANCE = 1_000_000n

/**
 * The smallest tau with P[Z >= tau - 1] <= delta / groups for discrete Gaussian Z: a group of one unit,
 * released when its noised count reaches tau, appears with at most that probability, and with at
 * most delta over all groups of the unit.
 *
 * Sums the exact tail in fixed point, rounding against us. Above a variance of 10^6 it uses the
 * bound exp(-t^2 / (2 * variance)) instead, which raises tau by up to a tenth.
 *
 * @param deltaExponent delta = 10^-deltaExponent.
 * @see google/differential-privacy, common_docs/Delta_For_Thresholding.pdf.
 */
export function groupThreshold(variance: Rational, groups: bigint, deltaExponent: number): bigint {
  assert(groups > 0n && deltaExponent > 0, 'a threshold has groups and a delta below 1')
  const oddsAgainst = groups * 10n ** BigInt(deltaExponent)
  return variance.numerator > LARGEST_SUMMED_VARIANCE * variance.denominator
    ? boundedThreshold(variance, oddsAgainst)
    : summedThreshold(variance, oddsAgainst)
}

function summedThreshold(variance: Rational, oddsAgainst: bigint): bigint {
  const weights = gaussianWeights(variance)
  const positive = weights.reduce((sum, { low }) => sum + low, 0n)
  const total = ONE + 2n * positive
  // Beyond the last weight w at x, the weights fall at least as fast as exp(-x / variance).
  const beyond = variance.numerator / variance.denominator + 2n
  let tail = (weights.at(-1)?.high ?? ONE) * beyond
  let x = weights.length
  for (const { high } of weights.toReversed()) {
    if ((tail + high) * oddsAgainst > total) break
    tail += high
    x--
  }
  return BigInt(x) + 2n // x is the largest noise that is still too likely; tau - 1 is the next
}

/** exp(-x^2 / (2 * variance)) for x = 1, 2, ... as lower and upper bounds, down to nothing. */
function gaussianWeights(
  variance: Rational,
): readonly { readonly low: bigint; readonly high: bigint }[] {
  const { numerator, denominator } = variance
  const first = exponentialBounds(denominator, 2n * numerator)
  const square = {
    low: (first.low * first.low) >> FRACTION_BITS,
    high: roundUp(first.high * first.high),
  }
  const weights: { low: bigint; high: bigint }[] = []
  let weight = { low: ONE, high: ONE }
  let ratio = first
  // The last bits of an upper bound never vanish; a lower bound of zero ends the list.
  while (weight.low > 0n) {
    weight = {
      low: (weight.low * ratio.low) >> FRACTION_BITS,
      high: roundUp(weight.high * ratio.high),
    }
    ratio = {
      low: (ratio.low * square.low) >> FRACTION_BITS,
      high: roundUp(ratio.high * square.high),
    }
    weights.push(weight)
  }
  return weights
}

/** From exp(-t^2 / (2 * variance)) <= 1 / odds: t = ceil(sqrt(2 * variance * ln(odds))). */
function boundedThreshold(variance: Rational, oddsAgainst: bigint): bigint {
  // ln(odds) <= bits * ln 2 < bits * 0.6932
  const bits = BigInt(oddsAgainst.toString(2).length)
  const square = (2n * variance.numerator * bits * 6932n) / (variance.denominator * 10_000n) + 1n
  return integerSquareRoot(square) + 2n
}

function roundUp(product: bigint): bigint {
  return (product + ONE - 1n) >> FRACTION_BITS
}
