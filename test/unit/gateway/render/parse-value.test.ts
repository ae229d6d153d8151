import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  parseDays,
  parseDouble,
  parseInt64,
  parseUnscaled,
} from '../../../../src/gateway/render/parse-value.ts'

describe('parse-value', () => {
  it('reads back every 64-bit integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(parseInt64(String(value))).toBe(value)
      }),
    )
  })

  it('reads back every double', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(parseDouble(String(value))).toBe(value === 0 ? Number(String(value)) : value)
      }),
    )
  })

  it('reads back every day that has four digits for its year', () => {
    const min = new Date('0001-01-01T00:00:00Z')
    const max = new Date('9999-12-31T00:00:00Z')
    fc.assert(
      fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
        const text = date.toISOString().slice(0, 10)
        expect(parseDays(text)).toBe(Math.floor(date.getTime() / 86_400_000))
      }),
    )
  })

  it.each(['', '.5', '1.', '1e3', '+1', '--1', ' 1', '1,0'])('reads no decimal in "%s"', (text) => {
    expect(parseUnscaled(text, 10, 3)).toBeUndefined()
  })
})
