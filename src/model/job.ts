/** Jobs: what an operator submits, and the states it passes through. */

import { z } from 'zod'
import type { AgreementId } from './agreement.ts'
import { AgreementId as AgreementIdSchema } from './agreement.ts'
import type { PrincipalId } from './principal.ts'
import type { Problem } from './problem.ts'
import type { Text } from './text.ts'

export const JobId = z
  .string()
  .regex(/^job_[0-9a-hjkmnp-tv-z]{26}$/)
  .brand<'JobId'>()
export type JobId = z.infer<typeof JobId>

/** The longest statement the planner looks at, in UTF-8 bytes. */
export const MAX_SQL_BYTES = 20_000

const SQL_LIMIT: Text = {
  en: `at most ${MAX_SQL_BYTES} bytes in UTF-8`,
  zh: `UTF-8 编码至多 ${MAX_SQL_BYTES} 字节`,
}

/** What an operator submits. Strict: an unknown field is an error, not a typo to ignore. */
export const JobRequest = z.strictObject({
  agreement: AgreementIdSchema,
  /** A purpose code as agreements state it. */
  purpose: z
    .string()
    .regex(/^[a-z]+(\.[a-z]+)*$/)
    .max(64),
  sql: z
    .string()
    .min(1)
    .refine((sql) => Buffer.byteLength(sql) <= MAX_SQL_BYTES, {
      params: { limit: SQL_LIMIT },
    })
    .meta({ description: SQL_LIMIT.en }),
})
export type JobRequest = Readonly<z.infer<typeof JobRequest>>

export const JOB_STATES = [
  'submitted',
  'admitted',
  'refused',
  'queued',
  'running',
  'computed',
  'quarantined',
  'released',
  'rejected',
  'archived',
  'failed',
  'cancelled',
  'cancelled_by_suspension',
  'aborted_linkage',
] as const
export type JobState = (typeof JOB_STATES)[number]

/** A job as a fold over its events. Only the pipeline builds one. */
export interface Job {
  readonly id: JobId
  readonly submitter: PrincipalId
  readonly agreement: AgreementId
  readonly purpose: string
  readonly state: JobState
  /** Milliseconds since the epoch, from the submission entry. */
  readonly submittedAt: number
  readonly finishedAt?: number
  /** Why it was refused, failed or was cancelled. */
  readonly problem?: Problem
  /** Rough share of the work done, 0 to 100, independent of the data. */
  readonly progress: number
}
