/**
 * The life of one job, top to bottom. `submitJob` takes it from the request to a durable charge,
 * `finishJob` from the charge to a readable result. Each step hands on or declines with a problem,
 * and each fact is in the log before it takes effect.
 */

import { scopesOf } from '../core/ledger/scopes.ts'
import { assert } from '../model/assert.ts'
import type { Actor } from '../model/audit-entry.ts'
import type { JobId, JobRequest } from '../model/job.ts'
import type { Principal } from '../model/principal.ts'
import type { Problem } from '../model/problem.ts'
import type { Result } from '../model/result.ts'
import { type AdmittedJob, admitJob } from './admit-job.ts'
import { deliver, repeatAnswer } from './deliver-result.ts'
import { computeResult } from './execute-job.ts'
import { jobIdOf } from './ids.ts'
import { commitmentOf, storeProblem, storeRequest } from './job-details.ts'
import type { JobWorld } from './job-world.ts'
import type { WorkControl } from './ports.ts'
import { type AskedJob, envelopeOf, questionOf, recordAdmission } from './record-admission.ts'
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

  await storeRequest(world.vault, id, stored)
  const submitted = world.journal.append({
    type: 'job.submitted',
    actor,
    job: id,
    refs: { request: commitmentOf(stored), policies: world.policies.current().digest },
    body: {
      ...envelopeOf(world, request),
      idempotency: submission.idempotency,
    },
  })
  const [admission] = await Promise.all([admitSafely(world, principal, request), submitted])
  if (!admission.ok) {
    await refuseJob(world, id, actor, admission.problem)
    return { id, admission }
  }
  const question = world.conceal(questionOf(admission.value))
  const asked = { admitted: admission.value, question }
  // Appends keep their order: the charge follows the admission that it pays for.
  const [, charge] = await Promise.all([
    recordAdmission(world, id, actor, asked),
    chargeJob(world, id, actor, asked),
  ])
  if (charge.ok) return { id, admission }
  await refuseJob(world, id, actor, charge.problem)
  return { id, admission: charge }
}

/** An admission that breaks is a refusal too: the submission is in the log, and so is its end. */
async function admitSafely(
  world: JobWorld,
  principal: Principal,
  request: JobRequest,
): Promise<Result<AdmittedJob>> {
  const actor = { subject: principal.id, organisation: principal.organisation }
  try {
    return await admitJob(withAlarm(world, { actor }), principal, request)
  } catch (error) {
    noteFailure(world, error, 'a statement was not admitted by an internal failure')
    return { ok: false, problem: INTERNAL }
  }
}

function noteFailure(world: JobWorld, error: unknown, event: string): void {
  // The error may quote data or SQL: its name is all that leaves.
  world.operations.error({ error: error instanceof Error ? error.name : 'unknown' }, event)
}

/** Step 7: durable before any row is read, and never taken back. */
function chargeJob(
  world: JobWorld,
  job: JobId,
  actor: Actor,
  { admitted, question }: AskedJob,
): Promise<Result<unknown>> {
  const { grant, plan, charge } = admitted
  const epoch = world.noiseKeys.currentEpoch
  const order = { job, actor, scopes: scopesOf(grant, plan), epoch }
  const earlier = world.book.byQuestion.get(question)
  if (earlier === undefined || !world.readable.has(earlier))
    return world.keeper.charge({ ...order, charge })
  const nothing = { mode: charge.mode, picoRho: 0n, attoDelta: 0n }
  return world.keeper.charge({ ...order, charge: nothing, earlier })
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
    if (await repeatAnswer(world, id, actor, admitted)) return
    await startJob(world, id, actor)
    const result = await computeResult(
      withAlarm(world, { actor, job: id }),
      computationOf(world, id, admitted),
      control,
    )
    if (result.ok) await deliver(world, id, { actor, admitted, table: result.value })
    // Workers that stop with the service cancel work that nobody cancelled: the job stays as it is,
    // charged and unfinished, and the next start runs it again.
    else if (isInterrupted(result.problem, control)) return
    else await endJob(world, id, actor, result.problem)
  } catch (error) {
    // If the audit log is what broke, this append fails too, and recovery ends the job.
    noteFailure(world, error, 'a job ended by an internal failure')
    await endJob(world, id, actor, INTERNAL).catch(() => undefined)
  }
}

function isInterrupted({ code }: Problem, { signal }: WorkControl): boolean {
  return code === 'job-cancelled' && signal?.aborted !== true
}

/** What a job's computation depends on, as its log entries state it. */
export function computationOf(world: Pick<JobWorld, 'book'>, id: JobId, admitted: AdmittedJob) {
  const asked = world.book.jobs.get(id)
  // A repeated answer is the earlier release: its noise is the noise of that one.
  const job = asked?.earlier === undefined ? asked : world.book.jobs.get(asked.earlier)
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
