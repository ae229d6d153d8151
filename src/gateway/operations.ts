/** Every route in one table. `openapi.ts` renders it; a test keeps it equal to the routes. */

import {
  ExplanationView,
  JobListView,
  JobView,
  ProblemView,
  ProofView,
  ReadinessView,
  ReplayRequest,
  ReplayView,
  ResultView,
} from '../model/api.ts'
import { JobRequest } from '../model/job.ts'
import { RESULT_TYPES } from './render/result.ts'

export const SCHEMAS = {
  JobRequest,
  Job: JobView,
  JobList: JobListView,
  Explanation: ExplanationView,
  Result: ResultView,
  ReplayRequest,
  Replay: ReplayView,
  Proof: ProofView,
  Readiness: ReadinessView,
  Problem: ProblemView,
} as const

type SchemaName = keyof typeof SCHEMAS

export interface Operation {
  readonly id: string
  readonly method: 'get' | 'post'
  /** OpenAPI form; a parameter's description is found by its name. */
  readonly path: string
  readonly summary: string
  /** Answers without a token. */
  readonly open?: true
  readonly request?: SchemaName
  readonly query?: readonly { readonly name: string; readonly values?: readonly string[] }[]
  readonly headers?: readonly string[]
  readonly status?: 202
  /** Media types of the answer; JSON ones name their schema. */
  readonly answers: Readonly<Record<string, SchemaName | 'bytes' | 'text' | 'object'>>
}

const json = (schema: SchemaName | 'object') => ({ 'application/json': schema })

export const OPERATIONS: readonly Operation[] = [
  {
    id: 'submitJob',
    method: 'post',
    path: '/v1/jobs',
    summary: 'Submit a query. The same Idempotency-Key never makes a second job.',
    request: 'JobRequest',
    headers: ['Idempotency-Key'],
    status: 202,
    answers: json('Job'),
  },
  {
    id: 'explainJob',
    method: 'post',
    path: '/v1/jobs:explain',
    summary: 'Verdict, cost and the rewritten plan, without touching data or budget.',
    request: 'JobRequest',
    answers: json('Explanation'),
  },
  {
    id: 'listJobs',
    method: 'get',
    path: '/v1/jobs',
    summary: 'The jobs you may see.',
    answers: json('JobList'),
  },
  {
    id: 'findJob',
    method: 'get',
    path: '/v1/jobs/{id}',
    summary: 'Where a job stands, and why it was refused.',
    answers: json('Job'),
  },
  {
    id: 'cancelJob',
    method: 'post',
    path: '/v1/jobs/{id}:cancel',
    summary: 'Cancel a job. What it has spent stays spent.',
    answers: json('Job'),
  },
  {
    id: 'fetchResult',
    method: 'get',
    path: '/v1/jobs/{id}/result',
    summary:
      'The released table. CSV puts an apostrophe before text that a spreadsheet would run as a formula; the other forms are exact.',
    query: [{ name: 'format', values: Object.keys(RESULT_TYPES) }],
    answers: {
      [RESULT_TYPES.json]: 'Result',
      [RESULT_TYPES.csv]: 'text',
      [RESULT_TYPES.arrow]: 'bytes',
      [RESULT_TYPES.canonical]: 'bytes',
    },
  },
  {
    id: 'fetchReceipt',
    method: 'get',
    path: '/v1/jobs/{id}/receipt',
    summary: 'The receipt: verifies offline, without this service.',
    answers: json('object'),
  },
  {
    id: 'fetchCheckpoint',
    method: 'get',
    path: '/v1/audit/checkpoint',
    summary: 'The signed head of the log (C2SP tlog-checkpoint).',
    answers: { 'text/plain': 'text' },
  },
  {
    id: 'fetchTrustPolicy',
    method: 'get',
    path: '/v1/audit/trust',
    summary:
      'The policy that trusts this log (C2SP tlog-policy). Compare it with one from elsewhere before you rely on it.',
    answers: { 'text/plain': 'text' },
  },
  {
    id: 'fetchEntry',
    method: 'get',
    path: '/v1/audit/entries/{index}',
    summary: 'The exact bytes of one entry.',
    answers: json('object'),
  },
  {
    id: 'proveInclusion',
    method: 'get',
    path: '/v1/audit/proofs/inclusion',
    summary: 'Proof that the tree of this size contains this entry (RFC 6962).',
    query: [{ name: 'index' }, { name: 'size' }],
    answers: json('Proof'),
  },
  {
    id: 'proveConsistency',
    method: 'get',
    path: '/v1/audit/proofs/consistency',
    summary: 'Proof that the larger tree begins with the smaller one (RFC 6962).',
    query: [{ name: 'from' }, { name: 'to' }],
    answers: json('Proof'),
  },
  {
    id: 'fetchTile',
    method: 'get',
    path: '/v1/audit/tile/{path}',
    summary: 'Hash tiles and entry bundles (C2SP tlog-tiles).',
    answers: { 'application/octet-stream': 'bytes' },
  },
  {
    id: 'replayJob',
    method: 'post',
    path: '/v1/replays',
    summary: 'Run a finished job again and compare with what the log recorded.',
    request: 'ReplayRequest',
    answers: json('Replay'),
  },
  {
    id: 'checkHealth',
    method: 'get',
    path: '/healthz',
    summary: 'The process answers.',
    open: true,
    answers: json('object'),
  },
  {
    id: 'checkReadiness',
    method: 'get',
    path: '/readyz',
    summary: 'The service accepts jobs: 200, or 503 with reason codes.',
    open: true,
    answers: json('Readiness'),
  },
  {
    id: 'describeProblem',
    method: 'get',
    path: '/problems/{code}',
    summary: 'What a problem means, for people, in the language of Accept-Language.',
    open: true,
    answers: { 'text/html': 'text' },
  },
  {
    id: 'describeApi',
    method: 'get',
    path: '/openapi.json',
    summary: 'This document.',
    open: true,
    answers: json('object'),
  },
]

const METHODS = { get: ['GET', 'HEAD'], post: ['POST'] } as const

const PATTERNS = OPERATIONS.map(({ method, path }) => {
  // A tile's path has slashes; no other parameter has.
  const pattern = path.replace(/\{(\w+)\}/g, (_, name) => (name === 'path' ? '.+' : '[^/]+'))
  return { pattern: new RegExp(`^${pattern}$`), methods: METHODS[method] }
})

/** The methods that a path answers, as the Allow header lists them. */
export function methodsOf(path: string): readonly string[] {
  return PATTERNS.filter(({ pattern }) => pattern.test(path))
    .flatMap(({ methods }) => methods)
    .sort()
}
