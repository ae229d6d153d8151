/**
 * The life of one job, top to bottom. `submitJob` takes it from the request to a durable charge,
 * `finishJob` from the charge to a readable result. Each step hands on or declines with a problem,
 * and each fact is in the log before it takes effect.
 */

import { createHash } from 'node:crypto'
import { encodeResult } from '../core/jobs/canonical-result.ts'
import { scopesOf } from '../core/ledger/scopes.ts'
import { describeGuarantee } from '../core/release/guarantee.ts'
import { assert } from '../model/assert.ts'
import type { Actor } from '../model/audit-entry.ts'
import type { JobId, JobRequest } from '../model/job.ts'
import type { Principal } from '../model/principal.ts'
import type { Problem } from '../model/problem.ts'
import type { Result } from '../model/result.ts'
import type { TextTable } from '../model/table.ts'
import { type AdmittedJob, admitJob } from './admit-job.ts'
import { computeResult } from './execute-job.ts'
import { jobIdOf } from './ids.ts'
import { issueReceipt } from './issue-receipt.ts'
import { commitmentOf, storeProblem, storeRequest } from './job-details.ts'
import type { JobWorld } from './job-world.ts'
import type { WorkControl } from './ports.ts'
import { withAlarm } from './tripwire.ts'

interface Submission {
  readonly principal: Principal
  readonly request: JobRequest
  /** Digest of submitter and idempotency key. */
  readonly idempotency?: string
}

/** A recorded job: admitted and charged, or refused, with its id in either case. */
export interface SubmittedJob {
  readonly id: JobId
  readonly admission: Result<AdmittedJob>
}

/** Steps 2 to 7. Resolves once the submission and its outcome are durable. */
export async function submitJob(world: JobWorld, submission: Submission): Promise<SubmittedJob> {
  const { principal, request } = submission
  const id = jobIdOf(world.random.bytes(26))
  const actor = { subject: principal.id, organisation: principal.organisation }
  const stored = { request, salt: Buffer.from(world.random.bytes(16)).toString('hex') }

  const [admission] = await Promise.all([
    admitJob(withAlarm(world, { actor }), principal, request),
    storeRequest(world.vault, id, stored),
  ])
  const submitted = world.journal.append({
    type: 'job.submitted',
    actor,
    job: id,
    refs: { request: commitmentOf(stored), policies: world.policies.current().digest },
    body: {
      agreement: request.agreement,
      purpose: request.purpose,
      idempotency: submission.idempotency,
    },
  })
  if (!admission.ok) {
    await Promise.all([submitted, refuseJob(world, id, actor, admission.problem)])
    return { id, admission }
  }
  const recorded = recordAdmission(world, id, actor, admission.value)
  const charged = chargeJob(world, id, actor, admission.value)
  await Promise.all([submitted, recorded])
  const charge = await charged
  if (charge.ok) return { id, admission }
  await refuseJob(world, id, actor, charge.problem)
  return { id, admission: charge }
}

async function recordAdmission(
  world: JobWorld,
  job: JobId,
  actor: Actor,
  { grant, plan, charge, snapshot }: AdmittedJob,
): Promise<void> {
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
    refs: { plan: plan.digest, snapshot: snapshot.digest },
    body: {
      mode: charge.mode,
      determinism: 'E',
      uses: plan.requires.map(({ product, column, use }) => `${product}.${column}:${use}`),
    },
  })
  await Promise.all([decided, planned])
}

/** Step 7: durable before any row is read, and never taken back. */
function chargeJob(
  world: JobWorld,
  job: JobId,
  actor: Actor,
  { grant, plan, charge }: AdmittedJob,
): Promise<Result<unknown>> {
  const epoch = world.noiseKeys.currentEpoch
  return world.keeper.charge({ job, actor, charge, scopes: scopesOf(grant, plan), epoch })
}

async function refuseJob(
  world: JobWorld,
  job: JobId,
  actor: Actor,
  problem: Problem,
): Promise<void> {
  await storeProblem(world.vault, job, problem)
  await world.journal.append({
    type: 'job.refused',
    actor,
    job,
    body: { code: problem.code, at: problem.at === undefined ? undefined : { ...problem.at } },
  })
}

/** Steps 8 to 12. Never throws: broken machinery ends the job as failed. */
export async function finishJob(
  world: JobWorld,
  id: JobId,
  admitted: AdmittedJob,
  control: WorkControl,
): Promise<void> {
  const actor = systemActor(admitted)
  try {
    await startJob(world, id, actor)
    const result = await computeResult(
      withAlarm(world, { actor, job: id }),
      computationOf(world, id, admitted),
      control,
    )
    if (result.ok) await deliver(world, id, { actor, admitted, table: result.value })
    else await endJob(world, id, actor, result.problem)
  } catch (error) {
    // The error may quote data: its name is all that leaves. If the audit log is what broke, this
    // append fails too, and recovery ends or finishes the job after a restart.
    const name = error instanceof Error ? error.name : 'unknown'
    world.operations.error({ job: id, error: name }, 'job ended by an internal failure')
    await endJob(world, id, actor, INTERNAL).catch(() => undefined)
  }
}

/** What a job's computation depends on, as its log entries state it. */
export function computationOf(world: Pick<JobWorld, 'book'>, id: JobId, admitted: AdmittedJob) {
  const job = world.book.jobs.get(id)
  assert(job?.releaseId !== undefined && job.noiseEpoch !== undefined, 'a running job was charged')
  return {
    admitted,
    releaseId: job.releaseId,
    noiseEpoch: job.noiseEpoch,
    tenant: `${job.organisation}/${job.agreement}`,
  }
}

async function startJob(world: JobWorld, job: JobId, actor: Actor): Promise<void> {
  const environment = world.workers.environment()
  await world.journal.append({
    type: 'job.started',
    actor,
    job,
    body: { isolation: { ...world.workers.isolation() }, environment: { ...environment } },
  })
}

interface Delivery {
  readonly actor: Actor
  readonly admitted: AdmittedJob
  readonly table: TextTable
}

/** Steps 11 and 12: bytes on disk, then the fact in the log, then the receipt; only then readable. */
async function deliver(world: JobWorld, job: JobId, delivery: Delivery): Promise<void> {
  const { actor, admitted, table } = delivery
  const bytes = encodeResult(table)
  const digest = createHash('sha256').update(bytes).digest('hex')
  const salt = Buffer.from(world.random.bytes(16)).toString('hex')
  await Promise.all([
    world.vault.write(`jobs/${job}/seal`, Buffer.from(salt)),
    world.results.write(`results/${job}`, bytes),
  ])
  const finished = world.journal.append({
    type: 'job.finished',
    actor,
    job,
    body: { outcome: 'computed' },
  })
  const seal = createHash('sha256').update(`${salt}\n${digest}`).digest('hex')
  const sealed = world.journal.append({
    type: 'result.sealed',
    actor,
    job,
    refs: { seal },
    body: { encoding: 'res-v1' },
  })
  const { charge, grant } = admitted
  const released = world.journal.append({
    type: 'result.released',
    actor,
    job,
    refs: { result: digest },
    body: {
      encoding: 'res-v1',
      lane: 'automatic',
      guarantee: { ...describeGuarantee(grant.release.rules, charge) },
    },
  })
  await Promise.all([finished, sealed, released])
  await issueReceipt(world, job)
}

async function endJob(world: JobWorld, job: JobId, actor: Actor, problem: Problem): Promise<void> {
  if (problem.code === 'job-cancelled') {
    await world.journal.append({ type: 'job.cancelled', actor, job, body: { code: problem.code } })
    return
  }
  await storeProblem(world.vault, job, problem)
  await world.journal.append({ type: 'job.failed', actor, job, body: { code: problem.code } })
}

function systemActor({ grant }: AdmittedJob): Actor {
  return { subject: 'system', organisation: grant.principal.organisation }
}

const INTERNAL: Problem = {
  code: 'internal-error',
  detail: { en: 'the job ended by an internal failure', zh: '作业因内部错误而终止' },
}
