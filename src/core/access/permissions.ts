/** Which role may do what, apart from what agreements decide: the whole table in one place. */

import type { Job } from '../../model/job.ts'
import type { Principal, Role } from '../../model/principal.ts'
import { decline, ok, type Result } from '../../model/result.ts'

/** `own`: only on jobs that the principal submitted. `any`: without that restriction. */
type Scope = 'own' | 'any'

/**
 * A role that is not listed may not. Nobody but the submitter reads a job or its result; whoever
 * audits reads the log and replays, and sees digests; whoever administers sees neither.
 */
export const PERMISSIONS = {
  'job.submit': { operator: 'own' },
  'job.explain': { operator: 'own' },
  'job.read': { operator: 'own' },
  'job.cancel': { operator: 'own' },
  'result.read': { operator: 'own' },
  'receipt.read': { operator: 'own', auditor: 'any' },
  'job.replay': { auditor: 'any' },
  'log.read': { auditor: 'any' },
  /** Checkpoints and proofs: hashes and signatures, which let anyone hold the log to its word. */
  'log.verify': {
    operator: 'any',
    steward: 'any',
    checker: 'any',
    auditor: 'any',
    administrator: 'any',
  },
  'budget.read': { steward: 'any' },
  'policy.read': { steward: 'any' },
} as const satisfies Record<string, Partial<Record<Role, Scope>>>

export type Action = keyof typeof PERMISSIONS

/** Actions on one existing job. */
export type JobAction = 'job.read' | 'job.cancel' | 'job.replay' | 'result.read' | 'receipt.read'

/** Whether the principal's roles include the action at all. */
export function permit(principal: Principal, action: Action): Result<Principal> {
  return scopeOf(principal, action) === undefined
    ? decline('right-not-granted', {
        en: `None of your roles (${principal.roles.join(', ')}) includes "${action}".`,
        zh: `您的角色（${principal.roles.join('、')}）均不包含“${action}”。`,
      })
    : ok(principal)
}

/**
 * Whether the principal may do this to this job.
 *
 * @param job The job as found, or `undefined`: not found and not yours are the same answer.
 */
export function permitOnJob<T extends Pick<Job, 'submitter'>>(
  principal: Principal,
  action: JobAction,
  job: T | undefined,
): Result<T> {
  const permitted = permit(principal, action)
  if (!permitted.ok) return permitted
  const isInScope = job?.submitter === principal.id || (job && scopeOf(principal, action) === 'any')
  return job !== undefined && isInScope
    ? ok(job)
    : decline('job-not-found', {
        en: 'No job of yours has this id.',
        zh: '您没有该编号的作业。',
      })
}

// Administering excludes the rest: a second role does not open what the first one closes.
function scopeOf(principal: Principal, action: Action): Scope | undefined {
  const roles: readonly Role[] = principal.roles.includes('administrator')
    ? ['administrator']
    : principal.roles
  const permissions: Partial<Record<Role, Scope>> = PERMISSIONS[action]
  const scopes = roles.map((role) => permissions[role])
  return scopes.find((scope) => scope === 'any') ?? scopes.find((scope) => scope === 'own')
}
