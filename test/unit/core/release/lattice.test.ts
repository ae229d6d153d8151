import { describe, expect, it } from 'vitest'
import { latticeOf } from '../../../../src/core/release/lattice.ts'
import { ROWS, SUM } from '../../../support/release-builders.ts'

describe('latticeOf', () => {
  it.each([
    { bounds: { lower: '0', upper: '100', step: '0.1' }, lower: 0n, upper: 1000n, scale: 1 },
    { bounds: { lower: '-5', upper: '2.5', step: '1' }, lower: -5n, upper: 3n, scale: 0 },
    { bounds: { lower: '-0.25', upper: '0.25', step: '0.1' }, lower: -3n, upper: 3n, scale: 1 },
    { bounds: { lower: '10', upper: '995', step: '10' }, lower: 1n, upper: 100n, scale: 0 },
    { bounds: { lower: '11', upper: '19', step: '1' }, lower: 11n, upper: 19n, scale: 0 },
  ])('$bounds reaches from $lower to $upper', ({ bounds, lower, upper, scale }) => {
    expect(latticeOf({ ...SUM, kind: 'sum', bounds })).toMatchObject({ lower, upper, scale })
  })

  it('reaches as far as the larger end, on either side', () => {
    const bounds = { lower: '-7', upper: '2', step: '1' }
    expect(latticeOf({ ...SUM, kind: 'sum', bounds }).reach).toBe(7n)
    expect(latticeOf(SUM).reach).toBe(1000n)
  })

  it('turns lattice integers back into values by a multiplier and a scale', () => {
    const bounds = { lower: '0', upper: '900', step: '100' }
    expect(latticeOf({ ...SUM, kind: 'sum', bounds })).toMatchObject({ multiplier: 100n, scale: 0 })
    expect(latticeOf(SUM)).toMatchObject({ multiplier: 1n, scale: 1 })
  })

  it('counts every row once', () => {
    expect(latticeOf(ROWS)).toMatchObject({ lower: 1n, upper: 1n, reach: 1n })
  })
})
