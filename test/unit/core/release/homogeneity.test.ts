import { describe, expect, it } from 'vitest'
import { isHomogeneous } from '../../../../src/core/release/homogeneity.ts'
import { latticeOf } from '../../../../src/core/release/lattice.ts'
import { SUM } from '../../../support/release-builders.ts'

const YES_NO = latticeOf({ ...SUM, kind: 'mean', bounds: { lower: '0', upper: '1', step: '1' } })
const SIGNED = latticeOf({ ...SUM, kind: 'sum', bounds: { lower: '-9', upper: '9', step: '1' } })

describe('isHomogeneous', () => {
  it.each([
    [0n, true],
    [2n, true],
    [3n, false],
    [47n, false],
    [48n, true],
    [50n, true],
  ])('%s yes among 50 answers: %s', (sum, expected) => {
    expect(isHomogeneous(50n, sum, YES_NO)).toBe(expected)
  })

  it('looks at both ends of a signed range', () => {
    expect(isHomogeneous(10n, -88n, SIGNED)).toBe(true)
    expect(isHomogeneous(10n, 0n, SIGNED)).toBe(false)
    expect(isHomogeneous(10n, 88n, SIGNED)).toBe(true)
  })
})
