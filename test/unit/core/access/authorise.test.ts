import { describe, expect, it } from 'vitest'
import { authorise } from '../../../../src/core/access/authorise.ts'
import { policyDigest } from '../../../../src/core/catalog/policy-digest.ts'
import { AgreementId } from '../../../../src/model/agreement.ts'
import { InvariantViolation } from '../../../../src/model/assert.ts'
import {
  anAgreement,
  aPolicySet,
  aPrincipal,
  aProduct,
  aRelease,
} from '../../../support/policy-builders.ts'

const request = { agreement: AgreementId.parse('AGR-1'), purpose: 'statistics.sales' }
const accepted = {
  principal: aPrincipal(),
  request,
  policies: aPolicySet(),
  day: '2026-06-30',
}

function codeOf(change: Partial<typeof accepted>): string {
  const decision = authorise({ ...accepted, ...change })
  return decision.ok ? 'granted' : decision.problem.code
}

describe('authorise', () => {
  it('grants the products of the agreement, with digests of what determined it', () => {
    const other = aProduct({ id: 'other' })
    const policies = aPolicySet()
    const decision = authorise({
      ...accepted,
      policies: { ...policies, products: new Map([...policies.products, ['other', other]]) },
    })
    expect(decision).toEqual({
      ok: true,
      value: {
        principal: aPrincipal(),
        agreement: anAgreement(),
        agreementDigest: policyDigest(anAgreement()),
        release: aRelease(),
        releaseDigest: policyDigest(aRelease()),
        products: new Map([['sales', aProduct()]]),
      },
    })
  })

  it('answers alike for an unknown agreement, for someone else’s, and for another role', () => {
    const unknown = authorise({ ...accepted, policies: { ...aPolicySet(), agreements: new Map() } })
    const strangers = [
      aPrincipal({ organisation: 'other-operator' }),
      aPrincipal({ organisation: 'sample-agency' }),
      aPrincipal({ roles: ['auditor', 'steward'] }),
    ]
    expect(unknown).toMatchObject({ ok: false, problem: { code: 'no-agreement' } })
    for (const principal of strangers)
      expect(authorise({ ...accepted, principal })).toEqual(unknown)
  })

  it('tells a stranger nothing about the state of an agreement', () => {
    const principal = aPrincipal({ organisation: 'other-operator' })
    const policies = aPolicySet(anAgreement({ state: 'suspended' }))
    expect(codeOf({ principal, policies })).toBe('no-agreement')
  })

  it.each([
    { state: 'active', code: 'granted' },
    { state: 'suspended', code: 'agreement-suspended' },
    { state: 'expired', code: 'agreement-expired' },
    { state: 'draft', code: 'agreement-inactive' },
    { state: 'reviewed', code: 'agreement-inactive' },
    { state: 'terminated', code: 'agreement-inactive' },
    { state: 'closed', code: 'agreement-inactive' },
  ] as const)('answers $code in state $state', ({ state, code }) => {
    expect(codeOf({ policies: aPolicySet(anAgreement({ state })) })).toBe(code)
  })

  it.each([
    { day: '2025-12-31', code: 'agreement-inactive', why: 'the day before' },
    { day: '2026-01-01', code: 'granted', why: 'the first day' },
    { day: '2026-12-31', code: 'granted', why: 'the last day' },
    { day: '2027-01-01', code: 'agreement-expired', why: 'the day after' },
  ])('answers $code on $why', ({ day, code }) => {
    expect(codeOf({ day })).toBe(code)
  })

  it('says that a term is over before it says that the agreement is suspended', () => {
    const policies = aPolicySet(anAgreement({ state: 'suspended' }))
    expect(codeOf({ policies, day: '2027-01-01' })).toBe('agreement-expired')
  })

  it.each(['statistics', 'statistics.sales.more', 'STATISTICS.SALES', ''])(
    'refuses the purpose "%s", which is near the one agreed',
    (purpose) => {
      expect(codeOf({ request: { ...request, purpose } })).toBe('purpose-mismatch')
    },
  )

  it('refuses aggregates under an agreement for models only', () => {
    const policies = aPolicySet(anAgreement({ outputs: ['model'] }))
    expect(codeOf({ policies })).toBe('output-type-not-allowed')
  })

  it('fails closed on a policy set that was never checked', () => {
    const lost = { ...accepted, policies: { ...aPolicySet(), releases: new Map() } }
    expect(() => authorise(lost)).toThrow(InvariantViolation)
  })
})
