/**
 * Goal: nobody gets a grant whose agreement lacks their organisation, the purpose or the day, and
 * nobody is told more about an agreement of others than about one that does not exist.
 * Method: fast-check draws principals, agreements and requests from tiny vocabularies, so that
 * every near miss occurs; the conditions are written out here a second time, one by one.
 */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { authorise } from '../../src/core/access/authorise.ts'
import { Agreement, AgreementId } from '../../src/model/agreement.ts'
import { Role } from '../../src/model/principal.ts'
import { anAgreement, aPolicySet, aPrincipal } from '../support/policy-builders.ts'

const organisation = fc.constantFrom('sample-operator', 'sample-agency', 'other')
const day = fc.constantFrom('2025-12-31', '2026-01-01', '2026-06-30', '2026-12-31', '2027-01-01')
const purpose = fc.constantFrom('statistics.sales', 'statistics', 'marketing')

const agreement = fc
  .record({
    state: fc.constantFrom(...Agreement.shape.state.options),
    parties: fc.array(
      fc.record({
        organisation,
        role: fc.constantFrom('implementing_agency', 'operator', 'recipient'),
      }),
    ),
    code: purpose,
    from: day,
    to: day,
    outputs: fc.subarray(['aggregate', 'model', 'score'] as const, { minLength: 1 }),
  })
  .map(({ state, parties, code, from, to, outputs }) =>
    anAgreement({
      state,
      parties,
      purpose: { code, class: 'industry' },
      term: { from, to },
      outputs,
    }),
  )

const principal = fc
  .record({ organisation, roles: fc.subarray(Role.options, { minLength: 1 }) })
  .map(aPrincipal)

const request = fc.record({
  agreement: fc.constantFrom('AGR-1', 'AGR-2').map((id) => AgreementId.parse(id)),
  purpose,
})

const asked = fc.record({ agreement, principal, request, day })

it('grants exactly what every condition allows', () => {
  fc.assert(
    fc.property(asked, (asks) => {
      const decision = authorise({ ...asks, policies: aPolicySet(asks.agreement) })
      const conditions = [
        asks.request.agreement === 'AGR-1',
        asks.principal.roles.some((role) => role === 'operator'),
        asks.agreement.parties.some(
          (party) =>
            `${party.role} ${party.organisation}` === `operator ${asks.principal.organisation}`,
        ),
        asks.agreement.state === 'active',
        Date.parse(asks.agreement.term.from) <= Date.parse(asks.day),
        Date.parse(asks.day) <= Date.parse(asks.agreement.term.to),
        asks.request.purpose === asks.agreement.purpose.code,
        asks.agreement.outputs.some((output) => output === 'aggregate'),
      ]
      expect(decision.ok).toBe(conditions.every(Boolean))
    }),
    { numRuns: 2_000 },
  )
})

it('answers a stranger as if the agreement did not exist', () => {
  fc.assert(
    fc.property(asked, (asks) => {
      const { organisation: own } = asks.principal
      const parties = asks.agreement.parties.filter((party) => party.organisation !== own)
      const policies = aPolicySet({ ...asks.agreement, parties })
      const answer = authorise({ ...asks, policies })
      expect(answer).toMatchObject({ problem: { code: 'no-agreement' } })
      expect(answer).toEqual(
        authorise({ ...asks, policies: { ...policies, agreements: new Map() } }),
      )
    }),
  )
})
