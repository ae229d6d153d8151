import { describe, expect, it } from 'vitest'
import { footprintDistance } from '../../../../../src/core/release/history/footprint.ts'
import { cohortOf, footprintOf } from '../../../../support/cohorts.ts'

describe('the distance of footprints', () => {
  const K = 10
  const crowd = Array.from({ length: 60 }, (_, i) => i)
  const distance = (
    a: ReturnType<typeof cohortOf>,
    b: ReturnType<typeof cohortOf>,
  ): number | undefined =>
    footprintDistance(
      [
        { footprint: footprintOf(a, K), sign: 1n },
        { footprint: footprintOf(b, K), sign: -1n },
      ],
      K,
    )

  it.each([0, 1, 2, 5, 9])('is %s when so many units are missing', (missing) => {
    expect(distance(cohortOf(crowd), cohortOf(crowd.slice(missing)))).toBe(missing)
  })

  it.each([10, 11, 20])('is large when %s units are missing', (missing) => {
    expect(distance(cohortOf(crowd), cohortOf(crowd.slice(missing)))).toBeUndefined()
  })

  it('counts units that were exchanged on both sides', () => {
    expect(distance(cohortOf(crowd.slice(0, 56)), cohortOf(crowd.slice(4)))).toBe(8)
    expect(distance(cohortOf(crowd.slice(0, 55)), cohortOf(crowd.slice(5)))).toBeUndefined()
  })

  it.each([1, 5, 9])('counts %s units whose rows differ once each', (changed) => {
    const other = new Map(cohortOf(crowd))
    for (const unit of crowd.slice(0, changed)) other.set(unit, ['row', 'another'])
    expect(distance(cohortOf(crowd), other)).toBe(changed)
    const fewer = new Map(other)
    if (changed < 9) {
      fewer.delete(59)
      expect(distance(cohortOf(crowd), fewer)).toBe(changed + 1)
    }
  })

  it('tells the same units with other rows apart, as in two months of a panel', () => {
    const march = new Map(crowd.map((unit) => [unit, ['march']]))
    const april = new Map(crowd.map((unit) => [unit, ['april']]))
    expect(distance(march, april)).toBeUndefined()
  })
})
