/**
 * The same question gets the same answer: which earlier job's released bytes answer a new one. A hit costs
 * nothing, and averaging over repetitions yields nothing.
 */

import { canonicalJson } from '../../model/canonical-json.ts'
import type { Sha256 } from '../../model/digest.ts'
import type { JobId } from '../../model/job.ts'

/** Everything that a released table depends on, but for its noise and the history before it. */
export interface Question {
  /** Of the canonical plan: statements that differ only in spelling share it. */
  readonly plan: Sha256
  readonly snapshot: Sha256
  /** Of the release policy, which a changed threshold or budget changes. */
  readonly policy: Sha256
  readonly mode: 'threshold' | 'dp'
  /** Names of the answer's columns, which are part of its bytes. */
  readonly columns: readonly string[]
}

/** A job whose answer was released, in the order of the log. */
export interface AnsweredJob {
  readonly job: JobId
  readonly question: Question
}

/** By question, the first job that was answered. */
export type StickyAnswers = Map<string, JobId>

/**
 * Notes an answer that was released. Held, failed and withheld jobs are never noted: there is nothing to
 * repeat, and their outcome must not be told to the next. A later answer never replaces an earlier one.
 */
export function noteAnswer(answers: StickyAnswers, { job, question }: AnsweredJob): void {
  const key = questionKey(question)
  if (!answers.has(key)) answers.set(key, job)
}

/**
 * The job whose bytes answer the question, or undefined where it must be computed and charged. Whoever
 * asks must have been authorised for the plan first, as if it were to run.
 */
export function earlierAnswer(
  answers: ReadonlyMap<string, JobId>,
  question: Question,
): JobId | undefined {
  return answers.get(questionKey(question))
}

function questionKey({ plan, snapshot, policy, mode, columns }: Question): string {
  return canonicalJson({ plan, snapshot, policy, mode, columns })
}
