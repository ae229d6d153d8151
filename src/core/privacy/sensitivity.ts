/** From bounded contributions and a share of rho to the variance of the noise. */

import { assert } from '../../model/assert.ts'
import { type Rational, reduce } from './rational.ts'

/** rho = 1, in the integer units in which budgets are kept. */
export const PICO_PER_RHO = 1_000_000_000_000n

/**
 * The variance of discrete Gaussian noise that makes one aggregate `picoRho`-zCDP.
 *
 * Adding or removing a unit changes at most `groups` cells, each by at most `contribution`, so the
 * squared sensitivity is groups * contribution^2 and the variance is that over 2 rho.
 *
 * @param groups L0, the groups one unit may contribute to.
 * @param contribution C, the most one unit may add to one cell, in lattice integers.
 * @see Bun and Steinke (2016), arXiv:1605.02065, proposition 1.6; discrete: Canonne et al. (2020), theorem 4.
 */
export function noiseVariance(picoRho: bigint, groups: bigint, contribution: bigint): Rational {
  assert(picoRho > 0n, 'an aggregate has a positive share of rho')
  assert(groups > 0n && contribution > 0n, 'a sensitivity is positive')
  return reduce(groups * contribution * contribution * PICO_PER_RHO, 2n * picoRho)
}
