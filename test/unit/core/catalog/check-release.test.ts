import { expect, it } from 'vitest'
import { checkRelease } from '../../../../src/core/catalog/check-release.ts'
import type { PrivacyRules } from '../../../../src/model/release-policy.ts'
import { aRelease, thresholdRules } from '../../../support/policy-builders.ts'

const privacy: PrivacyRules = {
  mode: 'dp',
  rhoPerQuery: '5',
  caps: { operator: '5', agreement: '10', dataset: '10' },
  thresholdDeltaExponent: 9,
  maximumGroupsPerUnit: 1,
  maximumRowsPerGroup: 1,
  maximumCells: 10,
}

it('accepts sound policies of either mode', () => {
  expect(checkRelease(aRelease())).toEqual([])
  expect(checkRelease(aRelease({ rules: privacy }))).toEqual([])
})

it.each([
  { caps: { operator: '4' }, problem: 'rhoPerQuery is larger than caps.operator' },
  { caps: { operator: '11' }, problem: 'caps.operator is larger than caps.agreement' },
  // Text order would accept this one.
  { caps: { dataset: '9' }, problem: 'caps.agreement is larger than caps.dataset' },
])('finds that $problem', ({ caps, problem }) => {
  const rules = { ...privacy, caps: { ...privacy.caps, ...caps } }
  expect(checkRelease(aRelease({ rules }))).toEqual([`release/firms: ${problem}`])
})

it('finds a policy for nobody', () => {
  expect(checkRelease(aRelease({ rules: thresholdRules({}) }))).toEqual([
    'release/firms: it has rules for no unit',
  ])
})

it('finds two contributors who may hold less than one', () => {
  const rules = thresholdRules({ firm: { largestShare: 501, twoLargestShare: 500 } })
  expect(checkRelease(aRelease({ rules }))).toEqual([
    'release/firms: unit "firm" allows two contributors less than one',
  ])
})
