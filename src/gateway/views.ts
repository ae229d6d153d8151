/** What the model looks like from outside. Explicit lists: a new internal field stays internal. */

import type { ExplanationView, JobView, ReplayView, ResultView } from '../model/api.ts'
import type { Job } from '../model/job.ts'
import { toProblemDetails } from '../model/problem.ts'
import type { ReplayReport } from '../model/replay.ts'
import type { Explanation, ReleasedResult } from '../pipeline/ports.ts'

export function toJobView(job: Job): JobView {
  const problem = job.problem && toProblemDetails(job.problem, jobPath(job))
  return {
    id: job.id,
    submitter: job.submitter,
    agreement: job.agreement,
    purpose: job.purpose,
    state: job.state,
    submittedAt: new Date(job.submittedAt).toISOString(),
    ...(job.finishedAt === undefined ? {} : { finishedAt: new Date(job.finishedAt).toISOString() }),
    progress: job.progress,
    ...(problem === undefined ? {} : { problem: { ...problem, basis: [...problem.basis] } }),
  }
}

export function jobPath(job: Pick<Job, 'id'>): string {
  return `/v1/jobs/${job.id}`
}

export function toExplanationView(explanation: Explanation): ExplanationView {
  const { charge } = explanation
  return {
    verdict: explanation.verdict,
    mode: explanation.mode,
    releases: explanation.releases.map((release) => ({
      name: release.name,
      keys: [...release.keys],
      measures: [...release.measures],
      products: [...release.products],
      units: [...release.units],
      vaultSql: [...release.vaultSql],
    })),
    postSql: explanation.postSql,
    columns: [...explanation.columns],
    uses: explanation.uses.map(({ product, column, uses }) => ({
      product,
      column,
      uses: [...uses],
    })),
    charge: {
      mode: charge.mode,
      picoRho: String(charge.picoRho),
      attoDelta: String(charge.attoDelta),
    },
    remaining: explanation.remaining.map(({ scope, picoRho }) => ({
      scope,
      picoRho: String(picoRho),
    })),
  }
}

export function toResultView(result: ReleasedResult): ResultView {
  return {
    job: result.job,
    columns: result.columns.map(({ name, type }) => ({ name, type })),
    rows: result.rows.map((row) => [...row]),
    digest: result.digest,
    guarantee: { en: result.guarantee.en, zh: result.guarantee.zh },
  }
}

export function toReplayView(report: ReplayReport): ReplayView {
  return {
    job: report.job,
    verdict: report.verdict,
    stage: report.stage,
    environment: report.environment.map(({ name, recorded, now }) => ({ name, recorded, now })),
    recordedDigest: report.recordedDigest,
    replayedDigest: report.replayedDigest,
  }
}
