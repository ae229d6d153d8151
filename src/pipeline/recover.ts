/** What a restart does: rebuilds jobs and budgets from the log, finishes what was charged, ends the rest. */

import type { BookedJob } from '../core/jobs/job-book.ts'
import { isFinal } from '../core/jobs/job-states.ts'
import { epochCommitment } from '../core/privacy/epoch-commitment.ts'
import { assert } from '../model/assert.ts'
import type { Principal } from '../model/principal.ts'
import type { Problem } from '../model/problem.ts'
import type { Result } from '../model/result.ts'
import { type AdmittedJob, admitJob } from './admit-job.ts'
import { issueReceipt } from './issue-receipt.ts'
import { loadRequest, storeProblem } from './job-details.ts'
import type { JobWorld } from './job-world.ts'

/** A job whose execution kills the service must not do so forever. */
const MAX_STARTS = 3

/** What the log last said about things outside it, to be compared with what is there now. */
export interface RecordedState {
  readonly policies: string | undefined
  readonly noiseEpochs: ReadonlyMap<number, string>
}

/**
 * Folds the whole log into the book and the budget keeper. Call once, before anything else.
 *
 * @param announced Receives the digest of every snapshot the log names.
 */
export async function rebuildState(
  world: JobWorld,
  announced: Map<string, Promise<unknown>>,
): Promise<RecordedState> {
  let policies: string | undefined
  const noiseEpochs = new Map<number, string>()
  for await (const committed of world.journal.entries()) {
    world.book.apply(committed)
    world.keeper.recover(committed)
    const { type, refs, body } = committed.entry
    if (type === 'admin.policies') policies = refs?.['policies']
    if (type === 'admin.epoch') noiseEpochs.set(Number(body['epoch']), refs?.['commitment'] ?? '')
    if (type === 'admin.snapshot') announced.set(refs?.['snapshot'] ?? '', Promise.resolve())
  }
  return { policies, noiseEpochs }
}

/**
 * Puts changed policies and a new noise epoch into the log before a job may depend on them.
 *
 * @throws {InvariantViolation} A noise key that is not the one the log committed to.
 */
export async function announceState(world: JobWorld, recorded: RecordedState): Promise<void> {
  const actor = { subject: 'system', organisation: 'system' } as const
  const { digest } = world.policies.current()
  if (recorded.policies !== digest)
    await world.journal.append({
      type: 'admin.policies',
      actor,
      refs: { policies: digest, ...(recorded.policies && { previous: recorded.policies }) },
      body: {},
    })
  const epoch = world.noiseKeys.currentEpoch
  const key = world.noiseKeys.keyOf(epoch)
  assert(key !== undefined, 'the current noise epoch has a key')
  const commitment = epochCommitment(epoch, key)
  const committed = recorded.noiseEpochs.get(epoch)
  assert(committed === undefined || committed === commitment, 'a noise epoch keeps its key')
  if (committed === undefined)
    await world.journal.append({
      type: 'admin.epoch',
      actor,
      refs: { commitment },
      body: { epoch },
    })
}

/**
 * Decides what becomes of every unfinished job. Charged jobs run again under their recorded charge
 * and snapshot, so that they give the bytes they would have given; nothing is charged twice.
 *
 * @param resume Queues a job that shall run.
 */
export async function recoverJobs(
  world: JobWorld,
  resume: (job: BookedJob, admitted: AdmittedJob) => void,
): Promise<void> {
  for (const job of [...world.book.jobs.values()]) {
    if (job.state === 'released') await ensureReceipt(world, job)
    if (isFinal(job.state)) continue
    const admitted = await readmit(world, job)
    if (admitted.ok) resume(job, admitted.value)
    else await fail(world, job, admitted.problem)
  }
}

async function ensureReceipt(world: JobWorld, job: BookedJob): Promise<void> {
  const receipt = await world.results.read(`receipts/${job.id}`)
  if (receipt === undefined) await issueReceipt(world, job.id)
  else world.readable.add(job.id)
}

async function readmit(world: JobWorld, job: BookedJob): Promise<Result<AdmittedJob>> {
  if (job.releaseId === undefined || job.starts >= MAX_STARTS) return { ok: false, problem: ENDED }
  const admitted = await readmitRecorded(world, job)
  if (!admitted.ok) return { ok: false, problem: ENDED }
  return world.conceal(admitted.value.plan.digest) === job.refs['plan']
    ? admitted
    : { ok: false, problem: ENDED }
}

/** Admits a recorded job again, on its own day and its own snapshot, under today's policies. */
export async function readmitRecorded(
  world: JobWorld,
  job: BookedJob,
): Promise<Result<AdmittedJob>> {
  // A damaged vault ends the jobs it held, not the service.
  const stored = await loadRequest(world.vault, job.id).catch(() => undefined)
  if (stored === undefined) return { ok: false, problem: ENDED }
  const principal: Principal = {
    id: job.submitter,
    organisation: job.organisation,
    roles: ['operator'],
  }
  return admitJob(world, principal, stored.request, {
    atMs: job.submittedAt,
    snapshot: job.refs['snapshot'] ?? '',
  })
}

async function fail(world: JobWorld, job: BookedJob, problem: Problem): Promise<void> {
  await storeProblem(world.vault, job.id, problem)
  await world.journal.append({
    type: 'job.failed',
    actor: { subject: 'system', organisation: job.organisation },
    job: job.id,
    body: { code: problem.code },
  })
}

const ENDED: Problem = {
  code: 'execution-failed',
  detail: {
    en: 'the service stopped before the job was finished; what was charged stays charged',
    zh: '作业完成前服务已停止；已扣减的预算不退还',
  },
}
