import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatRho } from '../../../src/cli/show-explanation.ts'

describe('formatRho', () => {
  it.each([
    ['0', '0'],
    ['1', '0.000000000001'],
    ['12500000000', '0.0125'],
    ['1000000000000', '1'],
    ['-2500000000000', '-2.5'],
  ])('writes %s pico-rho as %s', (pico, rho) => {
    expect(formatRho(pico)).toBe(rho)
  })

  it('loses no digit', () => {
    fc.assert(
      fc.property(fc.bigInt(), (pico) => {
        const [whole = '', fraction = ''] = formatRho(String(pico)).split('.')
        expect(BigInt(whole + fraction.padEnd(12, '0'))).toBe(pico)
      }),
    )
  })
})
