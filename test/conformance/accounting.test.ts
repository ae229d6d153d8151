/**
 * Goal: what a rho means, and when a private group may be shown, agree with reference implementations.
 * Method: known answers to a relative 1e-9; thresholds exactly.
 */

import { describe, expect, it } from 'vitest'
import { epsilonOf, membershipAdvantage } from '../../src/core/privacy/accounting.ts'
import { groupThreshold } from '../../src/core/privacy/group-threshold.ts'
import { hasSharedData, readSharedJson, sharedDataNote } from '../support/shared-data.ts'

interface KnownAnswers {
  readonly zcdp_to_eps: readonly {
    rho: number
    delta: number
    eps_tight: number
    eps_simple: number
  }[]
  readonly membership_advantage: readonly { rho: number; gaussian_tv: number }[]
  readonly tau_dgauss: readonly { sigma2: number; delta: number; L0: number; tau: number }[]
}

describe.skipIf(!hasSharedData)(`accounting agrees with known answers${sharedDataNote}`, () => {
  const answers = hasSharedData
    ? readSharedJson<KnownAnswers>('kat/accounting_kat.json')
    : undefined

  it.each(answers?.zcdp_to_eps ?? [])('epsilon of rho $rho at delta $delta', (answer) => {
    const { rho, delta, eps_tight, eps_simple } = answer
    const epsilon = epsilonOf(toPicoRho(rho), delta)
    expect(relativeError(epsilon, eps_tight)).toBeLessThan(1e-9)
    expect(epsilon).toBeLessThan(eps_simple)
    expect(relativeError(rho + 2 * Math.sqrt(rho * Math.log(1 / delta)), eps_simple)).toBeLessThan(
      1e-12,
    )
  })

  it.each(answers?.membership_advantage ?? [])('advantage of rho $rho', ({ rho, gaussian_tv }) => {
    expect(relativeError(membershipAdvantage(toPicoRho(rho)), gaussian_tv)).toBeLessThan(1e-9)
  })

  it.each(answers?.tau_dgauss ?? [])(
    'threshold for variance $sigma2, delta $delta, $L0 groups',
    ({ sigma2, delta, L0, tau }) => {
      const variance = { numerator: BigInt(sigma2), denominator: 1n }
      expect(groupThreshold(variance, BigInt(L0), -Math.round(Math.log10(delta)))).toBe(BigInt(tau))
    },
  )
})

function toPicoRho(rho: number): bigint {
  return BigInt(Math.round(rho * 1e12))
}

function relativeError(value: number, expected: number): number {
  return Math.abs(value - expected) / Math.abs(expected)
}
