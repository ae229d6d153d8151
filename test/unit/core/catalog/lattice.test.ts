import fc from 'fast-check'
import { expect, it } from 'vitest'
import { latticeInteger } from '../../../../src/core/catalog/lattice.ts'

it.each([
  { value: '0', step: '0.01', steps: 0n },
  { value: '12.34', step: '0.01', steps: 1234n },
  { value: '-0.5', step: '0.1', steps: -5n },
  { value: '-12', step: '0.000000001', steps: -12_000_000_000n },
  { value: '1200', step: '100', steps: 12n },
  { value: '1250', step: '100', steps: undefined },
  { value: '0.005', step: '0.01', steps: undefined },
  { value: '999999999999999999.999999999', step: '0.000000001', steps: 10n ** 27n - 1n },
])('$value is $steps steps of $step', ({ value, step, steps }) => {
  expect(latticeInteger(value, step)).toBe(steps)
})

it('multiplies back to the value', () => {
  const decimals = fc.integer({ min: 0, max: 9 })
  fc.assert(
    fc.property(fc.integer(), decimals, (steps, places) => {
      const step = places === 0 ? '1' : `0.${'1'.padStart(places, '0')}`
      const digits = String(Math.abs(steps)).padStart(places + 1, '0')
      const whole = digits.slice(0, digits.length - places)
      const value = `${steps < 0 ? '-' : ''}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`}`
      expect(latticeInteger(value, step)).toBe(BigInt(steps))
    }),
  )
})
