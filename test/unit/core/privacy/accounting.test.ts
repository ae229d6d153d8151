import { describe, expect, it } from 'vitest'
import { epsilonOf, membershipAdvantage } from '../../../../src/core/privacy/accounting.ts'
import { noiseVariance } from '../../../../src/core/privacy/sensitivity.ts'

describe('epsilonOf', () => {
  it('is zero when nothing was spent', () => {
    expect(epsilonOf(0n, 1e-6)).toBe(0)
  })

  it('grows with rho and shrinks with delta', () => {
    expect(epsilonOf(2_000_000_000n, 1e-6)).toBeGreaterThan(epsilonOf(1_000_000_000n, 1e-6))
    expect(epsilonOf(1_000_000_000n, 1e-5)).toBeLessThan(epsilonOf(1_000_000_000n, 1e-6))
  })

  it('never claims less than nothing', () => {
    expect(epsilonOf(1n, 0.5)).toBe(0)
  })
})

describe('membershipAdvantage', () => {
  it('reaches from a blind guess to certainty', () => {
    expect(membershipAdvantage(0n)).toBe(0)
    expect(membershipAdvantage(1_000_000_000_000_000n)).toBe(1)
  })
})

describe('noiseVariance', () => {
  it('makes a count 0.005-zCDP with a standard deviation of 10', () => {
    const { numerator, denominator } = noiseVariance(5_000_000_000n, 1n, 1n)
    expect(numerator / denominator).toBe(100n)
    expect(numerator % denominator).toBe(0n)
  })

  it('grows with the groups and with the square of a contribution', () => {
    const { numerator, denominator } = noiseVariance(5_000_000_000n, 3n, 10n)
    expect(numerator / denominator).toBe(30_000n)
  })

  it.each([
    [0n, 1n, 1n],
    [1n, 0n, 1n],
    [1n, 1n, 0n],
  ])('refuses rho %s, groups %s, contribution %s', (rho, groups, contribution) => {
    expect(() => noiseVariance(rho, groups, contribution)).toThrow(/positive/)
  })
})
