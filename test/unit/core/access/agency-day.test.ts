import { expect, it } from 'vitest'
import { agencyDay } from '../../../../src/core/access/agency-day.ts'

it.each([
  { utc: '2026-11-23T15:59:59.999Z', day: '2026-11-23' },
  { utc: '2026-11-23T16:00:00.000Z', day: '2026-11-24' },
  { utc: '2027-12-31T16:00:00.000Z', day: '2028-01-01' },
])('is $day at the agency when it is $utc', ({ utc, day }) => {
  expect(agencyDay(Date.parse(utc))).toBe(day)
})
