/** May this principal ask anything under this agreement, for this purpose, today? */

import type { Agreement, AgreementId } from '../../model/agreement.ts'
import { assert } from '../../model/assert.ts'
import type { Grant, PolicySet } from '../../model/grant.ts'
import type { Principal } from '../../model/principal.ts'
import { decline, ok, type Result } from '../../model/result.ts'
import { policyDigest } from '../catalog/policy-digest.ts'

export interface AccessRequest {
  readonly principal: Principal
  readonly request: { readonly agreement: AgreementId; readonly purpose: string }
  readonly policies: PolicySet
  /** The calendar day at the agency, `YYYY-MM-DD`. */
  readonly day: string
}

/**
 * Decides from the envelope alone: who asks, under which agreement, for what, and when. What the
 * statement reads is judged later, against the grant.
 *
 * @returns `no-agreement` with the same words for an unknown agreement, for someone else's, and
 *   for a principal who is not an operator, so that ids cannot be probed.
 */
export function authorise({ principal, request, policies, day }: AccessRequest): Result<Grant> {
  const agreement = policies.agreements.get(request.agreement)
  if (agreement === undefined || !mayOperate(principal, agreement))
    return decline('no-agreement', {
      en: `Agreement ${request.agreement} does not permit this principal to operate.`,
      zh: `协议 ${request.agreement} 未授权当前主体开展运营。`,
    })

  const inForce = checkInForce(agreement, day)
  if (!inForce.ok) return inForce
  if (agreement.purpose.code !== request.purpose)
    return decline('purpose-mismatch', {
      en: `Agreement ${agreement.id} is for "${agreement.purpose.code}", not "${request.purpose}".`,
      zh: `协议 ${agreement.id} 约定的用途是“${agreement.purpose.code}”，不是“${request.purpose}”。`,
    })
  if (!agreement.outputs.includes('aggregate'))
    return decline('output-type-not-allowed', {
      en: `Agreement ${agreement.id} does not list aggregates among its outputs.`,
      zh: `协议 ${agreement.id} 的输出类型不含统计结果。`,
    })
  return grant(principal, agreement, policies)
}

function mayOperate(principal: Principal, agreement: Agreement): boolean {
  return (
    principal.roles.includes('operator') &&
    agreement.parties.some(
      ({ organisation, role }) => role === 'operator' && organisation === principal.organisation,
    )
  )
}

// Days are ISO dates of equal length, so that the order of text is the order of time.
function checkInForce({ id, state, term }: Agreement, day: string): Result<void> {
  if (state === 'expired' || day > term.to)
    return decline('agreement-expired', {
      en: `The term of agreement ${id} ended on ${term.to}.`,
      zh: `协议 ${id} 的有效期已于 ${term.to} 届满。`,
    })
  if (state === 'suspended')
    return decline('agreement-suspended', {
      en: `Agreement ${id} is suspended.`,
      zh: `协议 ${id} 已暂停。`,
    })
  if (state !== 'active')
    return decline('agreement-inactive', {
      en: `Agreement ${id} is in state "${state}".`,
      zh: `协议 ${id} 当前状态为“${state}”。`,
    })
  if (day < term.from)
    return decline('agreement-inactive', {
      en: `The term of agreement ${id} begins on ${term.from}.`,
      zh: `协议 ${id} 的有效期自 ${term.from} 开始。`,
    })
  return ok(undefined)
}

function grant(principal: Principal, agreement: Agreement, policies: PolicySet): Result<Grant> {
  const release = policies.releases.get(agreement.release)
  assert(release !== undefined, 'the release policy of an agreement exists')
  const products = new Map(
    Object.keys(agreement.products).map((id) => {
      const product = policies.products.get(id)
      assert(product !== undefined, 'the products of an agreement exist')
      return [id, product]
    }),
  )
  return ok({
    principal,
    agreement,
    agreementDigest: policyDigest(agreement),
    release,
    releaseDigest: policyDigest(release),
    products,
  })
}
