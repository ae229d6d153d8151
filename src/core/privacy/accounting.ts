/**
 * What a spent rho means in other words. For display only: budgets are decided in integers, so the
 * floating-point arithmetic here decides nothing.
 */

import { PICO_PER_RHO } from './sensitivity.ts'

const ITERATIONS = 200

/**
 * The smallest epsilon for which rho-zCDP implies (epsilon, delta)-differential privacy, by the tight
 * conversion: minimum over orders alpha > 1.
 *
 * @param delta In (0, 1).
 * @see Canonne, Kamath and Steinke (2020), arXiv:2004.00010, proposition 12.
 */
export function epsilonOf(picoRho: bigint, delta: number): number {
  const rho = toRho(picoRho)
  if (rho === 0) return 0
  const epsilonAt = (logOrder: number): number => {
    const excess = Math.exp(logOrder) // alpha - 1
    const order = 1 + excess
    return rho * order - (order * Math.log1p(1 / excess) + Math.log(excess * delta)) / excess
  }
  return Math.max(0, epsilonAt(minimise(epsilonAt, Math.log(1e-3), Math.log(1e9))))
}

/** The best advantage (true minus false positive rate) of guessing whether one unit is in the data. */
export function membershipAdvantage(picoRho: bigint): number {
  return errorFunction(Math.sqrt(toRho(picoRho)) / 2)
}

function toRho(picoRho: bigint): number {
  return Number(picoRho) / Number(PICO_PER_RHO)
}

/** Ternary search for the lowest point of a function with one valley. */
function minimise(valueAt: (x: number) => number, from: number, to: number): number {
  let low = from
  let high = to
  for (let i = 0; i < ITERATIONS; i++) {
    const third = (high - low) / 3
    if (valueAt(low + third) < valueAt(high - third)) high -= third
    else low += third
  }
  return (low + high) / 2
}

/** erf by a series whose terms are all positive, so that nothing cancels. */
function errorFunction(x: number): number {
  if (x > 6) return 1
  let term = x
  let sum = x
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}
