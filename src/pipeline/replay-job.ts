/** Runs a released job again, in the domain, and says whether the same bytes come out; charges nothing. */

import { createHash } from 'node:crypto'
import { encodeResult } from '../core/jobs/canonical-result.ts'
import type { BookedJob } from '../core/jobs/job-book.ts'
import { canonicalJson } from '../model/canonical-json.ts'
import type { Principal } from '../model/principal.ts'
import type { ReplayReport, ReplayVerdict } from '../model/replay.ts'
import { computeResult } from './execute-job.ts'
import { commitmentOf, loadRequest } from './job-details.ts'
import type { JobWorld } from './job-world.ts'
import { readmitRecorded } from './recover.ts'
import { computationOf } from './run-job.ts'
import { withAlarm } from './tripwire.ts'

type Finding = Pick<ReplayReport, 'verdict' | 'stage' | 'replayedDigest'>

/** Both the request and the verdict are log entries; the verdict is durable before it is returned. */
export async function replayJob(
  world: JobWorld,
  auditor: Principal,
  job: BookedJob,
): Promise<ReplayReport> {
  const actor = { subject: auditor.id, organisation: auditor.organisation }
  await world.journal.append({ type: 'replay.requested', actor, body: { target: job.id } })
  const environment = await compareEnvironment(world, job)
  const finding = await findDifference(world, job)
  const report: ReplayReport = {
    job: job.id,
    ...finding,
    verdict: withEnvironment(finding.verdict, environment.length > 0),
    environment,
    ...(job.refs['result'] === undefined ? {} : { recordedDigest: job.refs['result'] }),
  }
  await world.journal.append({
    type: 'replay.result',
    actor,
    body: {
      target: job.id,
      verdict: report.verdict,
      stage: report.stage,
      environment: environment.map((difference) => ({ ...difference })),
    },
  })
  return report
}

/** Compares stage by stage, in the order of the job's life, and stops at the first difference. */
async function findDifference(world: JobWorld, job: BookedJob): Promise<Finding> {
  const recorded = job.refs['result']
  const stored = await loadRequest(world.vault, job.id)
  if (stored === undefined || recorded === undefined)
    return { verdict: 'NOT_REPLAYABLE', stage: 'log' }
  if (commitmentOf(stored) !== job.refs['request']) return { verdict: 'LOG_INVALID', stage: 'log' }

  const snapshot = job.refs['snapshot'] ?? ''
  if ((await world.snapshots.find(snapshot)) === undefined)
    return { verdict: 'NOT_REPLAYABLE', stage: 'inputs' }
  if (!(await world.snapshots.verify(snapshot)))
    return { verdict: 'INPUT_CHANGED', stage: 'inputs' }
  if (job.noiseEpoch === undefined || world.noiseKeys.keyOf(job.noiseEpoch) === undefined)
    return { verdict: 'NOT_REPLAYABLE', stage: 'release' }

  const admitted = await readmitRecorded(world, job)
  if (!admitted.ok || world.conceal(admitted.value.plan.digest) !== job.refs['plan'])
    return { verdict: 'PLAN_DRIFT', stage: 'plan' }
  if (admitted.value.grant.releaseDigest !== job.refs['release'])
    return { verdict: 'PLAN_DRIFT', stage: 'release' }

  const first = await digestOfRun(world, job, admitted.value)
  if (first === recorded) return { verdict: 'MATCH', replayedDigest: first }
  const second = await digestOfRun(world, job, admitted.value)
  if (first === undefined || second === undefined)
    return { verdict: 'NOT_REPLAYABLE', stage: 'cells' }
  return {
    verdict: first === second ? 'RESULT_MISMATCH' : 'NONDETERMINISTIC',
    stage: 'encoding',
    replayedDigest: second,
  }
}

async function digestOfRun(
  world: JobWorld,
  job: BookedJob,
  admitted: Parameters<typeof computationOf>[2],
): Promise<string | undefined> {
  const computation = computationOf(world, job.id, admitted)
  const suspect = { subject: 'system', organisation: job.organisation } as const
  const alarmed = withAlarm(world, { actor: suspect, job: job.id })
  const result = await computeResult(alarmed, { ...computation, tenant: `replay/${job.id}` })
  if (!result.ok) return undefined
  return createHash('sha256').update(encodeResult(result.value)).digest('hex')
}

/** A difference of environment explains other bytes, and makes equal bytes the stronger finding. */
function withEnvironment(verdict: ReplayVerdict, differs: boolean): ReplayVerdict {
  if (!differs) return verdict
  if (verdict === 'MATCH') return 'MATCH_OTHER_ENV'
  return verdict === 'RESULT_MISMATCH' ? 'ENV_DRIFT' : verdict
}

async function compareEnvironment(
  world: JobWorld,
  job: BookedJob,
): Promise<ReplayReport['environment']> {
  const computed = job.earlier === undefined ? job : world.book.jobs.get(job.earlier)
  const recorded = await recordedEnvironment(world, computed ?? job)
  const now = world.workers.environment()
  const names = [...new Set([...Object.keys(recorded), ...Object.keys(now)])].sort()
  return names
    .map((name) => ({ name, recorded: recorded[name] ?? '', now: now[name] ?? '' }))
    .filter((setting) => setting.recorded !== setting.now)
}

/** The environment of the job's last start: the one that produced the released bytes. */
async function recordedEnvironment(
  world: JobWorld,
  job: BookedJob,
): Promise<Readonly<Record<string, string>>> {
  for (const index of [...job.entries].reverse()) {
    for await (const { entry } of world.journal.entries(index)) {
      if (entry.type === 'job.started' && entry.job === job.id)
        return JSON.parse(canonicalJson(entry.body['environment'] ?? {})) as Record<string, string>
      break
    }
  }
  return {}
}
