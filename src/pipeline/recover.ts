/** What a restart does: rebuilds jobs and budgets from the log, finishes what was charged, ends the rest. */

import type { BookedJob } from '../core/jobs/job-book.ts'
import { isFinal } from '../core/jobs/job-states.ts'
import type { Principal } from '../model/principal.ts'
import type { Problem } from '../model/problem.ts'
import type { Result } from '../model/result.ts'
import { type AdmittedJob, admitJob } from './admit-job.ts'
import { issueReceipt } from './issue-receipt.ts'
import { loadRequest, storeProblem } from './job-details.ts'
import type { JobWorld } from './job-world.ts'

/** A job whose execution kills the service must not do so forever. */
const MAX_STARTS = 3

/** Folds the whole log into the book and the budget keeper. Call once, before anything else. */
export async function rebuildState(world: JobWorld): Promise<void> {
  for await (const committed of world.journal.entries()) {
    world.book.apply(committed)
    world.keeper.recover(committed)
  }
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
  if ((await world.results.read(`receipts/${job.id}`)) === undefined)
    await issueReceipt(world, job.id)
}

async function readmit(world: JobWorld, job: BookedJob): Promise<Result<AdmittedJob>> {
  if (job.releaseId === undefined || job.starts >= MAX_STARTS) return { ok: false, problem: ENDED }
  const admitted = await readmitRecorded(world, job)
  if (!admitted.ok) return { ok: false, problem: ENDED }
  return admitted.value.plan.digest === job.refs['plan'] ? admitted : { ok: false, problem: ENDED }
}

/** Admits a recorded job again, on its own day and its own snapshot, under today's policies. */
export async function readmitRecorded(
  world: JobWorld,
  job: BookedJob,
): Promise<Result<AdmittedJob>> {
  const stored = await loadRequest(world.vault, job.id)
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
