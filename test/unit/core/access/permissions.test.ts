import { describe, expect, it } from 'vitest'
import {
  type Action,
  type JobAction,
  PERMISSIONS,
  permit,
  permitOnJob,
} from '../../../../src/core/access/permissions.ts'
import { PrincipalId, Role } from '../../../../src/model/principal.ts'
import { aPrincipal } from '../../../support/policy-builders.ts'

const mine = { submitter: PrincipalId.parse('analyst') }
const theirs = { submitter: PrincipalId.parse('colleague') }

const actions = Object.keys(PERMISSIONS) as Action[]
const jobActions: readonly JobAction[] = [
  'job.read',
  'job.cancel',
  'job.replay',
  'result.read',
  'receipt.read',
]

function permitted(...roles: Role[]): readonly Action[] {
  return actions.filter((action) => permit(aPrincipal({ roles }), action).ok)
}

function answer(role: Role, action: JobAction, job: typeof mine | undefined): string {
  const decision = permitOnJob(aPrincipal({ roles: [role] }), action, job)
  return decision.ok ? 'permitted' : decision.problem.code
}

describe('permit', () => {
  // Written out, so that a change of the table shows up here as a change of a sentence.
  it.each([
    {
      role: 'operator',
      may: [
        'job.submit',
        'job.explain',
        'job.read',
        'job.cancel',
        'result.read',
        'receipt.read',
        'log.verify',
      ],
    },
    { role: 'auditor', may: ['receipt.read', 'job.replay', 'log.read', 'log.verify'] },
    { role: 'steward', may: ['log.verify', 'budget.read', 'policy.read'] },
    { role: 'checker', may: ['log.verify'] },
    { role: 'administrator', may: ['log.verify'] },
  ] as const)('lets the $role do exactly what it lists', ({ role, may }) => {
    expect(permitted(role)).toEqual(may)
  })

  it('covers every role', () => {
    for (const role of Role.options) expect(permitted(role)).not.toEqual([])
  })

  it('adds up the roles of a principal', () => {
    expect(permitted('auditor', 'steward')).toEqual([
      'receipt.read',
      'job.replay',
      'log.read',
      'log.verify',
      'budget.read',
      'policy.read',
    ])
  })

  it('shows an administrator no result, whatever other role they hold', () => {
    expect(permitted('administrator', ...Role.options)).toEqual(['log.verify'])
  })
})

describe('permitOnJob', () => {
  it('lets nobody but the submitter read a job or its result', () => {
    for (const action of ['job.read', 'job.cancel', 'result.read'] as const) {
      expect(answer('operator', action, mine)).toBe('permitted')
      expect(answer('operator', action, theirs)).toBe('job-not-found')
      for (const role of ['auditor', 'steward', 'checker', 'administrator'] as const)
        expect(answer(role, action, mine)).toBe('right-not-granted')
    }
  })

  it('lets an auditor replay any job and read any receipt', () => {
    expect(answer('auditor', 'job.replay', theirs)).toBe('permitted')
    expect(answer('auditor', 'receipt.read', theirs)).toBe('permitted')
    expect(answer('operator', 'receipt.read', theirs)).toBe('job-not-found')
    expect(answer('operator', 'job.replay', mine)).toBe('right-not-granted')
  })

  it('answers alike for a job that is not there and for one that is not yours', () => {
    const principal = aPrincipal()
    for (const action of jobActions)
      expect(permitOnJob(principal, action, undefined)).toEqual(
        permitOnJob(principal, action, theirs),
      )
  })

  it('answers a role without the right alike, whether the job exists or not', () => {
    for (const action of jobActions)
      expect(answer('checker', action, undefined)).toBe(answer('checker', action, mine))
  })
})
