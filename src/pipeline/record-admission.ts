/** What the log says of a submission and its admission, and what of the caller's text it does not say. */

import { questionKey } from '../core/release/question.ts'
import type { Actor } from '../model/audit-entry.ts'
import type { JobId, JobRequest } from '../model/job.ts'
import type { AdmittedJob } from './admit-job.ts'
import type { JobWorld } from './job-world.ts'

/**
 * What the log says of the envelope in clear: names that the policies know. Anything else is text of
 * the caller's choice and stays in the vault.
 */
export function envelopeOf(world: JobWorld, { agreement, purpose }: JobRequest) {
  const known = world.policies.current().agreements.get(agreement)
  return {
    agreement: known === undefined ? UNKNOWN : agreement,
    purpose: known?.purpose.code === purpose ? purpose : UNKNOWN,
  }
}

const UNKNOWN = 'unknown'

/** An admitted job and the concealed question that it asks. */
export interface AskedJob {
  readonly admitted: AdmittedJob
  readonly question: string
}

export function questionOf({ plan, snapshot, grant, charge }: AdmittedJob): string {
  return questionKey({
    plan: plan.digest,
    snapshot: snapshot.digest,
    policy: grant.releaseDigest,
    mode: charge.mode,
    columns: plan.columns,
  })
}

export async function recordAdmission(
  world: JobWorld,
  job: JobId,
  actor: Actor,
  { admitted, question }: AskedJob,
): Promise<void> {
  const { grant, plan, charge, snapshot } = admitted
  const decided = world.journal.append({
    type: 'authz.decision',
    actor,
    job,
    refs: { agreement: grant.agreementDigest, release: grant.releaseDigest },
    body: { decision: 'granted', version: grant.agreement.version },
  })
  const planned = world.journal.append({
    type: 'job.planned',
    actor,
    job,
    refs: { plan: world.conceal(plan.digest), question, snapshot: snapshot.digest },
    body: {
      mode: charge.mode,
      determinism: 'E',
      uses: plan.requires.map(({ product, column, use }) => `${product}.${column}:${use}`),
    },
  })
  await Promise.all([decided, planned])
}
