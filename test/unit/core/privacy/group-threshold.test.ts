import { describe, expect, it } from 'vitest'
import { groupThreshold } from '../../../../src/core/privacy/group-threshold.ts'

describe('groupThreshold', () => {
  it('is the first count that keeps the tail below delta, summed slowly', () => {
    for (const variance of [1, 4.5, 10, 77]) {
      const numerator = BigInt(variance * 2)
      for (const groups of [1, 3, 64]) {
        expect(Number(groupThreshold({ numerator, denominator: 2n }, BigInt(groups), 6))).toBe(
          slowThreshold(variance, 1e-6 / groups),
        )
      }
    }
  })

  it('never lowers the threshold where it bounds the tail instead of summing it', () => {
    const summed = groupThreshold({ numerator: 1_000_000n, denominator: 1n }, 1n, 9)
    const bounded = groupThreshold({ numerator: 1_000_001n, denominator: 1n }, 1n, 9)
    expect(bounded).toBeGreaterThan(summed)
    expect(Number(bounded) / Number(summed)).toBeLessThan(1.1)
  })

  it('needs at least two units even when noise is almost absent', () => {
    expect(groupThreshold({ numerator: 1n, denominator: 1000n }, 1n, 6)).toBe(2n)
  })

  it('refuses a delta of 1', () => {
    expect(() => groupThreshold({ numerator: 1n, denominator: 1n }, 1n, 0)).toThrow(
      'a delta below 1',
    )
  })
})

/** The definition in floating point, good to the digits that these cases need. */
function slowThreshold(variance: number, delta: number): number {
  const weights = Array.from({ length: 400 }, (_, x) => Math.exp((-x * x) / (2 * variance)))
  const total = weights.reduce((sum, weight) => sum + 2 * weight, -1)
  for (let tail = 0, x = weights.length - 1; x >= 0; x--) {
    tail += weights[x] ?? 0
    if (tail / total > delta) return x + 2
  }
  return 2
}
