/** Everything known about every job, as a fold over the log. */

import type { AgreementId } from '../../model/agreement.ts'
import { assert } from '../../model/assert.ts'
import type { CommittedEntry } from '../../model/audit-entry.ts'
import type { Job, JobId, JobState } from '../../model/job.ts'
import type { PrincipalId } from '../../model/principal.ts'
import { PROBLEMS, type Problem, type ProblemCode } from '../../model/problem.ts'
import type { Text } from '../../model/text.ts'
import { NEXT_STATES, STATE_AFTER } from './job-states.ts'

/** A job with what only the pipeline needs to know. */
export interface BookedJob extends Job {
  readonly organisation: string
  /** Where its entries stand in the log, in order. */
  readonly entries: readonly number[]
  /** Digests that its entries refer to, by name; a later entry may add, never change one. */
  readonly refs: Readonly<Record<string, string>>
  readonly idempotency?: string
  /** Leaf hash of the charge: the identity of the release, to which noise is bound. */
  readonly releaseId?: string
  readonly noiseEpoch?: number
  readonly starts: number
  /** The job whose released bytes answer this one too. */
  readonly earlier?: JobId
  /** What the release promises, as the log recorded it. */
  readonly guarantee?: Text
}

export interface JobBook {
  readonly jobs: ReadonlyMap<JobId, BookedJob>
  /** Digest of (submitter, idempotency key) -> job. */
  readonly byIdempotency: ReadonlyMap<string, JobId>
  /** Concealed question -> the first job that was released for it. */
  readonly byQuestion: ReadonlyMap<string, JobId>
}

export class MutableJobBook implements JobBook {
  readonly jobs = new Map<JobId, BookedJob>()
  readonly byIdempotency = new Map<string, JobId>()
  readonly byQuestion = new Map<string, JobId>()

  /**
   * Applies one committed entry.
   *
   * @throws {InvariantViolation} An entry that the state machine does not allow: the log is broken.
   */
  apply(committed: CommittedEntry): void {
    const { job: id, type } = committed.entry
    if (id === undefined) return
    const before = this.jobs.get(id)
    if (type === 'job.submitted') {
      assert(before === undefined, 'a job is submitted once')
      const job = openJob(committed, id)
      this.jobs.set(id, job)
      if (job.idempotency !== undefined) this.byIdempotency.set(job.idempotency, id)
      return
    }
    assert(before !== undefined, 'a job is submitted first')
    const after = advance(before, committed)
    this.jobs.set(id, after)
    const question = after.refs['question']
    if (type === 'result.released' && question !== undefined && !this.byQuestion.has(question))
      this.byQuestion.set(question, id)
  }
}

function openJob({ entry, index }: CommittedEntry, id: JobId): BookedJob {
  const idempotency = entry.body['idempotency']
  return {
    id,
    submitter: entry.actor.subject as PrincipalId,
    organisation: entry.actor.organisation,
    agreement: text(entry.body['agreement']) as AgreementId,
    purpose: text(entry.body['purpose']),
    state: 'submitted',
    submittedAt: Date.parse(entry.ts),
    progress: 0,
    entries: [index],
    refs: entry.refs ?? {},
    starts: 0,
    ...(typeof idempotency === 'string' ? { idempotency } : {}),
  }
}

function advance(job: BookedJob, { entry, index, leafHash }: CommittedEntry): BookedJob {
  const state = STATE_AFTER[entry.type] ?? job.state
  if (state !== job.state || entry.type === 'job.started')
    assert(NEXT_STATES[job.state].includes(state), 'a job makes only legal moves')
  const problem = problemOf(entry.body['code'], entry.body['at'])
  return {
    ...job,
    state,
    progress: PROGRESS[state] ?? job.progress,
    entries: [...job.entries, index],
    refs: { ...entry.refs, ...job.refs },
    ...(entry.type === 'budget.charged'
      ? { releaseId: leafHash, noiseEpoch: Number(entry.body['epoch']), ...earlierOf(entry.body) }
      : {}),
    ...(entry.type === 'job.started' ? { starts: job.starts + 1 } : {}),
    ...(entry.type === 'result.released'
      ? { guarantee: guaranteeOf(entry.body['guarantee']) }
      : {}),
    ...(problem !== undefined && isEnd(state) ? { problem } : {}),
    ...(isEnd(state) && job.finishedAt === undefined ? { finishedAt: Date.parse(entry.ts) } : {}),
  }
}

/** Shares of the way, fixed per state, so that progress says nothing about data. */
const PROGRESS: Partial<Record<JobState, number>> = {
  admitted: 5,
  queued: 10,
  running: 20,
  computed: 90,
  released: 100,
  refused: 100,
  failed: 100,
  cancelled: 100,
}

function isEnd(state: JobState): boolean {
  return state === 'refused' || state === 'failed' || state === 'cancelled' || state === 'released'
}

/** The log holds code and place only; the detail names the caller's input and lies in the vault. */
function problemOf(code: unknown, at: unknown): Problem | undefined {
  if (typeof code !== 'string' || !(code in PROBLEMS)) return undefined
  const known = code as ProblemCode
  return {
    code: known,
    detail: PROBLEMS[known].title,
    ...(at === undefined ? {} : { at: at as NonNullable<Problem['at']> }),
  }
}

function earlierOf({ earlier }: Readonly<Record<string, unknown>>): { readonly earlier?: JobId } {
  return earlier === undefined ? {} : { earlier: text(earlier) as JobId }
}

function guaranteeOf(value: unknown): Text {
  const { en, zh } = value as Text
  return { en: text(en), zh: text(zh) }
}

function text(value: unknown): string {
  assert(typeof value === 'string', 'the entry holds the text its type promises')
  return value
}
