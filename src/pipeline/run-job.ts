/**
 * The life of one job, top to bottom. `submitJob` takes it from the request to a durable charge,
 * `finishJob` from the charge to a readable result. Each step hands on or declines with a problem,
 * and each fact is in the log before it takes effect.
 */

import { createHash } from 'node:crypto'
import { encodeResult } from '../core/jobs/canonical-result.ts'
import { scopesOf } from '../core/ledger/scopes.ts'
import { describeGuarantee } from '../core/release/guarantee.ts'
import { questionKey } from '../core/release/question.ts'
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
  const admission = await admitSafely(world, principal, request)
  if (!admission.ok) {
    await Promise.all([submitted, refuseJob(world, id, actor, admission.problem)])
    return { id, admission }
  }
  const question = world.conceal(questionOf(admission.value))
  const recorded = recordAdmission(world, id, actor, { admitted: admission.value, question })
  const charged = chargeJob(world, id, actor, { admitted: admission.value, question })
  await Promise.all([submitted, recorded])
  const charge = await charged
  if (charge.ok) return { id, admission }
  await refuseJob(world, id, actor, charge.problem)
  return { id, admission: charge }
}

/**
 * What the log says of the envelope in clear: names that the policies know. Anything else is text of
 * the caller's choice and stays in the vault.
 */
function envelopeOf(world: JobWorld, { agreement, purpose }: JobRequest) {
  const known = world.policies.current().agreements.get(agreement)
  return {
    agreement: known === undefined ? UNKNOWN : agreement,
    purpose: known?.purpose.code === purpose ? purpose : UNKNOWN,
  }
}

const UNKNOWN = 'unknown'

/** An admission that breaks is a refusal too: the submission is in the log, and so is its end. */
async function admitSafely(
  world: JobWorld,
  principal: Principal,
  request: JobRequest,
): Promise<Result<AdmittedJob>> {
  try {
    return await admitJob(world, principal, request)
  } catch (error) {
    noteFailure(world, error, 'a statement was not admitted by an internal failure')
    return { ok: false, problem: INTERNAL }
  }
}

function noteFailure(world: JobWorld, error: unknown, event: string): void {
  // The error may quote data or SQL: its name is all that leaves.
  world.operations.error({ error: error instanceof Error ? error.name : 'unknown' }, event)
}

/** An admitted job and the concealed question that it asks. */
interface AskedJob {
  readonly admitted: AdmittedJob
  readonly question: string
}

function questionOf({ plan, snapshot, grant, charge }: AdmittedJob): string {
  return questionKey({
    plan: plan.digest,
    snapshot: snapshot.digest,
    policy: grant.releaseDigest,
    mode: charge.mode,
    columns: plan.columns,
  })
}

async function recordAdmission(
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
    const result = await computeResult(world, computationOf(world, id, admitted), control)
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

/** Answers with the bytes of an earlier release where the charge says so. Returns whether it did. */
async function repeatAnswer(
  world: JobWorld,
  id: JobId,
  actor: Actor,
  admitted: AdmittedJob,
): Promise<boolean> {
  const { earlier } = world.book.jobs.get(id) ?? {}
  if (earlier === undefined) return false
  const bytes = await world.results.read(`results/${earlier}`)
  const digest = world.book.jobs.get(earlier)?.refs['result']
  assert(
    bytes !== undefined && digest === createHash('sha256').update(bytes).digest('hex'),
    'an earlier answer is what was released',
  )
  await world.results.write(`results/${id}`, bytes)
  await recordRelease(world, id, actor, { admitted, digest, lane: 'repeated' })
  await issueReceipt(world, id)
  return true
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
  const released = recordRelease(world, job, actor, { admitted, digest, lane: 'automatic' })
  await Promise.all([finished, sealed, released])
  await issueReceipt(world, job)
}

interface ReleaseRecord {
  readonly admitted: AdmittedJob
  readonly digest: string
  readonly lane: 'automatic' | 'repeated'
}

async function recordRelease(
  world: JobWorld,
  job: JobId,
  actor: Actor,
  { admitted, digest, lane }: ReleaseRecord,
): Promise<void> {
  const { charge, grant } = admitted
  await world.journal.append({
    type: 'result.released',
    actor,
    job,
    refs: { result: digest },
    body: {
      encoding: 'res-v1',
      lane,
      guarantee: { ...describeGuarantee(grant.release.rules, charge) },
    },
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
