/** The shapes that cross the HTTP border: what the gateway answers and what clients read. */

import { z } from 'zod'
import { JOB_STATES, JobId } from './job.ts'
import { REPLAY_VERDICTS } from './replay.ts'

/** Integers beyond 2^53 travel as decimal text. */
const BigDecimal = z.string().regex(/^-?\d+$/)

const Bilingual = z.object({ en: z.string(), zh: z.string() })

/** `ProblemDetails` as clients read it: a code that is new to the client is still a code. */
export const ProblemView = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  code: z.string(),
  remedy: z.string(),
  basis: z.array(z.string()),
  at: z.object({ line: z.int().min(1), column: z.int().min(1) }).optional(),
  zh: z.object({ title: z.string(), detail: z.string(), remedy: z.string() }),
})
export type ProblemView = z.infer<typeof ProblemView>

export const JobView = z.object({
  id: z.string(),
  submitter: z.string(),
  agreement: z.string(),
  purpose: z.string(),
  state: z.enum(JOB_STATES),
  submittedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  progress: z.number().min(0).max(100),
  problem: ProblemView.optional(),
})
export type JobView = z.infer<typeof JobView>

export const JobListView = z.object({ jobs: z.array(JobView) })
export type JobListView = z.infer<typeof JobListView>

export const ExplanationView = z.object({
  verdict: z.literal('admitted'),
  mode: z.enum(['threshold', 'dp']),
  releases: z.array(
    z.object({
      name: z.string(),
      keys: z.array(z.string()),
      measures: z.array(z.string()),
      products: z.array(z.string()),
      units: z.array(z.string()),
      vaultSql: z.array(z.string()),
    }),
  ),
  postSql: z.string(),
  columns: z.array(z.string()),
  uses: z.array(z.object({ product: z.string(), column: z.string(), uses: z.array(z.string()) })),
  charge: z.object({
    mode: z.enum(['threshold', 'dp']),
    picoRho: BigDecimal,
    attoDelta: BigDecimal,
  }),
  remaining: z.array(z.object({ scope: z.string(), picoRho: BigDecimal })),
})
export type ExplanationView = z.infer<typeof ExplanationView>

export const ResultView = z.object({
  job: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.string().nullable())),
  /** SHA-256 of the canonical bytes (encoding `res-v1`), not of this document. */
  digest: z.string(),
  guarantee: Bilingual,
})
export type ResultView = z.infer<typeof ResultView>

export const ReplayRequest = z.strictObject({ job: JobId })

export const ReplayView = z.object({
  job: z.string(),
  verdict: z.enum(REPLAY_VERDICTS),
  stage: z.string().optional(),
  environment: z.array(z.object({ name: z.string(), recorded: z.string(), now: z.string() })),
  recordedDigest: z.string().optional(),
  replayedDigest: z.string().optional(),
})
export type ReplayView = z.infer<typeof ReplayView>

export const ProofView = z.object({ hashes: z.array(z.string()) })
export type ProofView = z.infer<typeof ProofView>

export const ReadinessView = z.object({ ready: z.boolean(), reasons: z.array(z.string()) })
export type ReadinessView = z.infer<typeof ReadinessView>
