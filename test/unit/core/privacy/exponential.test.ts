import { describe, expect, it } from 'vitest'
import { exponentialBounds, FRACTION_BITS } from '../../../../src/core/privacy/exponential.ts'

describe('exponentialBounds', () => {
  it.each([
    [1n, 1n],
    [1n, 2n],
    [3n, 7n],
    [1n, 1_000_000_000n],
    [25n, 1n],
    [99n, 2n],
  ])('brackets exp(-%s/%s) closely', (numerator, denominator) => {
    const { low, high } = exponentialBounds(numerator, denominator)
    const expected = Math.exp(-Number(numerator) / Number(denominator))
    expect(Math.abs(toFloat(low) / expected - 1)).toBeLessThan(1e-14)
    expect(low).toBeLessThan(high)
    expect(high - low).toBeLessThan(1n << 40n)
  })

  it('holds the true digits of exp(-1) between its bounds', () => {
    // 1/e to 60 places, from OEIS A068985.
    const digits = 367879441171442321595523770161460867445811131031767834507836n
    const { low, high } = exponentialBounds(1n, 1n)
    const scale = 10n ** 60n
    expect((low * scale) >> FRACTION_BITS).toBe(digits)
    expect((high * scale) >> FRACTION_BITS).toBe(digits)
  })

  it('refuses an exponent that is not positive', () => {
    expect(() => exponentialBounds(0n, 1n)).toThrow('an exponent is positive')
    expect(() => exponentialBounds(1n, 0n)).toThrow('an exponent is positive')
  })

  it('refuses an exponent whose halving would take too long', () => {
    expect(() => exponentialBounds((1n << 32n) + 1n, 1n)).toThrow('at most 2^32')
  })
})

function toFloat(fixed: bigint): number {
  return Number(fixed) / 2 ** Number(FRACTION_BITS)
}
