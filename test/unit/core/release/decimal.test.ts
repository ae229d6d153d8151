import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decimalText,
  divideRounded,
  ratioText,
  roundSignificant,
  roundToMultiple,
} from '../../../../src/core/release/decimal.ts'

describe('divideRounded', () => {
  it.each([
    [5n, 2n, 3n],
    [-5n, 2n, -3n],
    [4n, 3n, 1n],
    [-4n, 3n, -1n],
    [7n, 4n, 2n],
    [0n, 9n, 0n],
  ])('%s / %s is %s: halves go away from zero', (numerator, denominator, quotient) => {
    expect(divideRounded(numerator, denominator)).toBe(quotient)
  })
})

describe('roundToMultiple', () => {
  it.each([
    [12n, 5n, 10n],
    [13n, 5n, 15n],
    [-13n, 5n, -15n],
    [15n, 10n, 20n],
    [7n, 1n, 7n],
  ])('%s to multiples of %s is %s', (value, base, rounded) => {
    expect(roundToMultiple(value, base)).toBe(rounded)
  })
})

describe('roundSignificant', () => {
  it.each([
    [12_345n, 3, 12_300n],
    [12_350n, 3, 12_400n],
    [-12_350n, 3, -12_400n],
    [999_500n, 3, 1_000_000n],
    [42n, 3, 42n],
    [0n, 3, 0n],
  ])('%s to %s digits is %s', (value, digits, rounded) => {
    expect(roundSignificant(value, digits)).toBe(rounded)
  })
})

describe('decimalText', () => {
  it.each([
    [12_345n, 2, '123.45'],
    [-5n, 2, '-0.05'],
    [0n, 2, '0.00'],
    [7n, 0, '7'],
    [-7n, 0, '-7'],
  ])('%s at scale %s is %s', (unscaled, scale, text) => {
    expect(decimalText(unscaled, scale)).toBe(text)
  })

  it('stops at the limits of its type', () => {
    expect(decimalText(10n ** 40n, 0)).toBe('9'.repeat(38))
    expect(decimalText(-(10n ** 40n), 0)).toBe(`-${'9'.repeat(38)}`)
  })
})

describe('ratioText', () => {
  it.each([
    [1n, 3n, 3, '0.333'],
    [2n, 3n, 3, '0.667'],
    [-2n, 3n, 3, '-0.667'],
    [123_456n, 1n, 3, '123000'],
    [1n, 2n, 15, '0.5'],
    [10n, 1n, 15, '10'],
    [999_999n, 1000n, 3, '1000'],
    [1n, 1024n, 2, '0.00098'],
    [0n, 7n, 3, '0'],
    [5n, 1000n, 1, '0.005'],
  ])('%s / %s to %s digits is %s', (numerator, denominator, digits, text) => {
    expect(ratioText(numerator, denominator, digits)).toBe(text)
  })

  it('is the shortest text of the DOUBLE nearest to it, for 15 digits', () => {
    const part = fc.bigInt({ min: 1n, max: 10n ** 17n })
    fc.assert(
      fc.property(part, part, fc.boolean(), (numerator, denominator, isNegative) => {
        const text = ratioText(isNegative ? -numerator : numerator, denominator, 15)
        expect(Number(text)).toBe(Number(Number(text).toPrecision(15)))
        expect(text.replace(/[-.]/g, '').replace(/^0+|0+$/g, '').length).toBeLessThanOrEqual(15)
        const exact = (Number(numerator) / Number(denominator)) * (isNegative ? -1 : 1)
        expect(Math.abs(Number(text) / exact - 1)).toBeLessThan(1e-14)
      }),
    )
  })
})
