import { expect, it } from 'vitest'
import { checkPolicies } from '../../../../src/core/catalog/check-policies.ts'
import { AgreementId } from '../../../../src/model/agreement.ts'
import type { PrivacyRules } from '../../../../src/model/release-policy.ts'
import { aColumn, anAgreement, aProduct, aRelease } from '../../../support/policy-builders.ts'

const sales = aProduct()

function privacyRules(dataset: string): PrivacyRules {
  return {
    mode: 'dp',
    rhoPerQuery: '1',
    caps: { operator: '1', agreement: '1', dataset },
    thresholdDeltaExponent: 9,
    maximumGroupsPerUnit: 1,
    maximumRowsPerGroup: 1,
    maximumCells: 10,
  }
}

it('gathers the problems of every file', () => {
  const broken = aProduct({ columns: [aColumn()] })
  const problems = checkPolicies(
    new Map([['sales', broken]]),
    new Map([['AGR-1', anAgreement({ release: 'nothing' })]]),
    new Map([
      ['open', aRelease({ name: 'open', rules: { ...privacyRules('1'), rhoPerQuery: '2' } })],
    ]),
  )
  expect(problems.map((problem) => problem.split(':', 1)[0])).toEqual([
    'products/sales',
    'agreements/AGR-1',
    'agreements/AGR-1',
    'release/open',
  ])
})

it('finds two lifetime caps for one dataset', () => {
  const agreements = ['narrow', 'wide'].map((release, index) => {
    const id = AgreementId.parse(`AGR-${index + 1}`)
    return [id, anAgreement({ id, release })] as const
  })
  const problemsOf = (narrow: string, wide: string): readonly string[] =>
    checkPolicies(
      new Map([['sales', sales]]),
      new Map(agreements),
      new Map([
        ['narrow', aRelease({ name: 'narrow', rules: privacyRules(narrow) })],
        ['wide', aRelease({ name: 'wide', rules: privacyRules(wide) })],
      ]),
    )
  expect(problemsOf('5', '5')).toEqual([])
  expect(problemsOf('5', '6')).toEqual([
    'agreements/AGR-2: its release policy caps dataset "sample" at 6, another agreement\'s at 5',
  ])
})
