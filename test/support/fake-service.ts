/**
 * The `Service` port in memory, for tests of the faces. Tokens are `token-NAME`; statements that
 * mention `mobile` or cast `name` are refused at that place; every other one is released at once.
 */

import { createHash } from 'node:crypto'
import { Agreement } from '../../src/model/agreement.ts'
import { type Job, JobId, type JobRequest } from '../../src/model/job.ts'
import { Principal } from '../../src/model/principal.ts'
import type { Problem } from '../../src/model/problem.ts'
import { decline, ok, type Result } from '../../src/model/result.ts'
import type { Explanation, ReleasedResult, Service } from '../../src/pipeline/ports.ts'

const SUBMITTED_AT = Date.UTC(2026, 0, 5, 8, 0, 0)

export const RESULT: Omit<ReleasedResult, 'job'> = {
  columns: [
    { name: 'industry', type: 'VARCHAR' },
    { name: 'n', type: 'BIGINT' },
    { name: 'mean', type: 'DECIMAL(38,2)' },
  ],
  rows: [
    ['制造业', '120', '10.50'],
    ['=cmd', '9007199254740993', '-3.00'],
    [null, '44', null],
  ],
  digest: createHash('sha256').update('canonical').digest('hex'),
  bytes: Buffer.from('canonical'),
  guarantee: { en: 'At least 10 firms stand behind each row.', zh: '每行至少涉及 10 家企业。' },
}

export const EXPLANATION: Explanation = {
  verdict: 'admitted',
  mode: 'dp',
  releases: [
    {
      name: 'released_0',
      keys: ['industry'],
      measures: ['count(*)'],
      products: ['ent_reg'],
      units: ['firm'],
      vaultSql: ['SELECT industry AS k0, count(*) AS rows FROM ent_reg GROUP BY 1'],
    },
  ],
  postSql: 'SELECT k0 AS industry, rows AS n FROM released_0',
  columns: ['industry', 'n'],
  uses: [{ product: 'ent_reg', column: 'industry', uses: ['group'] }],
  charge: { mode: 'dp', picoRho: 12_500_000_000_000_001n, attoDelta: 1_000_000_000_000n },
  remaining: [{ scope: 'AGR-A', picoRho: 987_500_000_000_000_000n }],
}

export const LEAF = Buffer.from('{"v":1,"type":"job.submitted","body":{"n":1.0}}')
export const CHECKPOINT = 'glovebox.example/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'

export const TRUST_POLICY = 'log glovebox.example/log+1+A\nquorum none\n'

const NOT_FOUND: Problem = {
  code: 'job-not-found',
  detail: { en: 'No job with this id is visible to you.', zh: '没有您可见的该编号作业。' },
}

const PRINCIPALS: readonly Principal[] = [
  Principal.parse({ id: 'ana', organisation: 'Operator A', roles: ['operator'] }),
  Principal.parse({ id: 'bo', organisation: 'Operator B', roles: ['operator'] }),
  Principal.parse({ id: 'aud', organisation: 'Agency', roles: ['auditor'] }),
]

export function createFakeService(overrides: Partial<Service> = {}): Service {
  const jobs = new Map<string, Job>()
  const keys = new Map<string, Job>()

  const find = (principal: Principal, id: JobId): Result<Job> => {
    const job = jobs.get(id)
    const isVisible = job?.submitter === principal.id || principal.roles.includes('auditor')
    return job !== undefined && isVisible ? ok(job) : { ok: false, problem: NOT_FOUND }
  }

  return {
    authenticate: (token) => {
      const principal = PRINCIPALS.find(({ id }) => token === `token-${id}`)
      if (principal !== undefined) return ok(principal)
      return decline('unauthenticated', { en: 'Unknown token.', zh: '未知令牌。' })
    },
    submit: async (principal, request, idempotencyKey) => {
      const earlier = idempotencyKey && keys.get(idempotencyKey)
      if (earlier) return ok(earlier)
      const refusal = refusalOf(request)
      if (refusal) return { ok: false, problem: refusal }
      const job: Job = {
        id: JobId.parse(`job_${String(jobs.size).padStart(26, '0')}`),
        submitter: principal.id,
        agreement: request.agreement,
        purpose: request.purpose,
        state: 'submitted',
        submittedAt: SUBMITTED_AT,
        progress: 0,
      }
      jobs.set(job.id, {
        ...job,
        state: 'released',
        finishedAt: SUBMITTED_AT + 1500,
        progress: 100,
      })
      if (idempotencyKey) keys.set(idempotencyKey, job)
      return ok(job)
    },
    explain: async (_, request) => {
      const refusal = refusalOf(request)
      return refusal ? { ok: false, problem: refusal } : ok(EXPLANATION)
    },
    findJob: async (principal, id) => find(principal, id),
    listJobs: async (principal) =>
      ok([...jobs.values()].filter(({ submitter }) => submitter === principal.id)),
    cancelJob: async (principal, id) => {
      const job = find(principal, id)
      return job.ok ? ok({ ...job.value, state: 'cancelled' }) : job
    },
    result: async (principal, id) => {
      const job = find(principal, id)
      return job.ok ? ok({ job: id, ...RESULT }) : job
    },
    receipt: async (principal, id) => {
      const job = find(principal, id)
      return job.ok ? ok(Buffer.from(`{"receipt":"${id}"}`)) : job
    },
    replay: async (principal, id) => {
      const job = find(principal, id)
      if (!job.ok) return job
      const digests = { recordedDigest: RESULT.digest, replayedDigest: RESULT.digest }
      return ok({ job: id, verdict: 'MATCH', environment: [], ...digests })
    },
    checkpoint: () => ok(CHECKPOINT),
    trustPolicy: () => ok(TRUST_POLICY),
    auditLeaf: async (_, index) =>
      index < 7 ? ok(LEAF) : decline('entry-not-found', { en: 'No entry.', zh: '没有条目。' }),
    inclusionProof: async (_, index, size) => ok([`inclusion ${index} ${size}`]),
    consistencyProof: async (_, from, to) => ok([`consistency ${from} ${to}`]),
    tile: async (_, path) => ok(Buffer.from(`bytes of ${path}`)),
    readiness: () => ({ ready: true, reasons: [] }),
    ...overrides,
  }
}

export function aRequest(overrides: Partial<Record<keyof JobRequest, unknown>> = {}): unknown {
  return {
    agreement: Agreement.shape.id.parse('AGR-A'),
    purpose: 'credit.enterprise.sme',
    sql: 'SELECT industry, count(*) AS n FROM ent_reg GROUP BY ALL',
    ...overrides,
  }
}

function refusalOf({ sql }: JobRequest): Problem | undefined {
  const found = sql.match(/mobile|CAST\((name)/)
  if (found === null) return undefined
  const column = found[1] ?? 'mobile'
  const before = sql.slice(0, found.index).split('\n')
  return {
    code: 'column-not-authorised',
    detail: { en: `ent_reg.${column} is not listed.`, zh: `协议未列出 ent_reg.${column}。` },
    at: { line: before.length, column: (before.at(-1) ?? '').length + 1 },
  }
}
