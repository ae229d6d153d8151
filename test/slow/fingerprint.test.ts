/**
 * Goal: a fingerprint never takes few differing units for many, and never many for few (T12).
 * Method: 10,000 random differences up to the limit, with signs and multiples, and as many beyond it.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combine, supportSize, termCount } from '../../src/core/release/history/fingerprint.ts'
import { powersOf, secretNumber } from '../support/cohorts.ts'

const LIMIT = 9
const TERMS = termCount(LIMIT)

const differences = (from: number, to: number) =>
  fc.uniqueArray(fc.nat({ max: 100_000 }), { minLength: from, maxLength: to }).chain((units) =>
    fc.tuple(
      fc.constant(units),
      fc.array(fc.constantFrom(1n, -1n, 2n, -3n), {
        minLength: units.length,
        maxLength: units.length,
      }),
    ),
  )

function sizeOf([units, factors]: readonly [readonly number[], readonly bigint[]]): unknown {
  const prints = units.map((unit) => powersOf([secretNumber(`unit ${unit}`)], TERMS))
  return supportSize(combine(prints, factors, TERMS), LIMIT)
}

describe('a fingerprint', () => {
  it('counts up to the limit exactly', () => {
    fc.assert(
      fc.property(differences(0, LIMIT), (difference) => {
        expect(sizeOf(difference)).toBe(difference[0].length)
      }),
      { numRuns: 10_000 },
    )
  })

  it('never takes more than the limit for less', () => {
    fc.assert(
      fc.property(differences(LIMIT + 1, 40), (difference) => {
        expect(sizeOf(difference)).toBeUndefined()
      }),
      { numRuns: 10_000 },
    )
  })

  it('takes many for few when it has too few terms', () => {
    const units = Array.from({ length: LIMIT + 1 }, (_, i) => i)
    const print = powersOf(
      units.map((unit) => secretNumber(`unit ${unit}`)),
      2 * LIMIT,
    )
    expect(supportSize(print, LIMIT)).toBe(LIMIT)
  })
})
