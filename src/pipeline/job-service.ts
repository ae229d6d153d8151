/** What the faces may ask: every method decides who may, does the pipeline's work, and logs it. */

import { createHash } from 'node:crypto'
import { mayPerform } from '../core/access/permissions.ts'
import { decodeResult } from '../core/jobs/canonical-result.ts'
import type { BookedJob } from '../core/jobs/job-book.ts'
import { isFinal } from '../core/jobs/job-states.ts'
import { scopesOf } from '../core/ledger/scopes.ts'
import type { Job, JobId, JobRequest } from '../model/job.ts'
import type { Principal } from '../model/principal.ts'
import type { Problem } from '../model/problem.ts'
import type { ReplayReport } from '../model/replay.ts'
import { decline, ok, type Result } from '../model/result.ts'
import { type AdmittedJob, admitJob } from './admit-job.ts'
import { explainAdmission } from './explain-job.ts'
import { loadProblem, loadRequest } from './job-details.ts'
import type { JobQueue } from './job-queue.ts'
import type { JobWorld } from './job-world.ts'
import type { SignedJournal } from './journal.ts'
import type { Explanation, IdentityStore, ReleasedResult, Service } from './ports.ts'
import { recoverJobs } from './recover.ts'
import { replayJob } from './replay-job.ts'
import { finishJob, submitJob } from './run-job.ts'

interface ServiceParts {
  readonly world: JobWorld
  readonly log: SignedJournal
  readonly identities: IdentityStore
  readonly queue: JobQueue
}

export class JobService implements Service {
  readonly #world: JobWorld
  readonly #log: SignedJournal
  readonly #identities: IdentityStore
  readonly #queue: JobQueue
  /** Submissions under way, so that two requests with one key become one job. */
  readonly #submitting = new Map<string, Promise<Result<Job>>>()

  constructor({ world, log, identities, queue }: ServiceParts) {
    this.#world = world
    this.#log = log
    this.#identities = identities
    this.#queue = queue
  }

  /** Finishes or ends what an earlier process left. Call once, before serving. */
  async recover(): Promise<void> {
    await recoverJobs(this.#world, (job, admitted) => this.#enqueue(job, admitted))
  }

  authenticate(token: string | undefined): Result<Principal> {
    const principal = token === undefined ? undefined : this.#identities.authenticate(token)
    return principal === undefined ? UNAUTHENTICATED : ok(principal)
  }

  async submit(
    principal: Principal,
    request: JobRequest,
    idempotencyKey?: string,
  ): Promise<Result<Job>> {
    const allowed = mayPerform(principal, 'job.submit')
    if (!allowed.ok) return allowed
    if (!this.#queue.hasRoom(principal.organisation)) return TOO_MANY_JOBS
    if (idempotencyKey === undefined) return this.#submitNew(principal, request)

    const key = createHash('sha256').update(`${principal.id}\n${idempotencyKey}`).digest('hex')
    const earlier = this.#submitting.get(key)
    if (earlier !== undefined) await earlier
    const known = this.#world.book.byIdempotency.get(key)
    if (known !== undefined) return this.#repeat(known, request)
    const submitting = this.#submitNew(principal, request, key)
    this.#submitting.set(key, submitting)
    return submitting.finally(() => this.#submitting.delete(key))
  }

  async #submitNew(
    principal: Principal,
    request: JobRequest,
    idempotency?: string,
  ): Promise<Result<Job>> {
    const { id, admission } = await submitJob(this.#world, {
      principal,
      request,
      ...(idempotency === undefined ? {} : { idempotency }),
    })
    const job = this.#booked(id)
    if (admission.ok) this.#enqueue(job, admission.value)
    return ok(await this.#withDetail(job))
  }

  /** The same key again: the same job, provided that it asks for the same. */
  async #repeat(id: JobId, request: JobRequest): Promise<Result<Job>> {
    const stored = await loadRequest(this.#world.vault, id)
    const isSame =
      stored?.request.sql === request.sql &&
      stored.request.agreement === request.agreement &&
      stored.request.purpose === request.purpose
    return isSame ? ok(await this.#withDetail(this.#booked(id))) : KEY_REUSED
  }

  #enqueue(job: BookedJob, admitted: AdmittedJob): void {
    this.#queue.add(job.organisation, job.id, (signal) =>
      finishJob(this.#world, job.id, admitted, { signal }),
    )
  }

  async explain(principal: Principal, request: JobRequest): Promise<Result<Explanation>> {
    const allowed = mayPerform(principal, 'job.explain')
    if (!allowed.ok) return allowed
    const admitted = await admitJob(this.#world, principal, request)
    if (!admitted.ok) return admitted
    const { grant, plan } = admitted.value
    const remaining = this.#world.keeper.remaining(scopesOf(grant, plan))
    return ok(explainAdmission(admitted.value, remaining))
  }

  async findJob(principal: Principal, id: JobId): Promise<Result<Job>> {
    const job = this.#visible(principal, id)
    return job.ok ? ok(await this.#withDetail(job.value)) : job
  }

  async listJobs(principal: Principal): Promise<Result<readonly Job[]>> {
    const mine = [...this.#world.book.jobs.values()].filter((job) => job.submitter === principal.id)
    return ok(await Promise.all(mine.map((job) => this.#withDetail(job))))
  }

  async cancelJob(principal: Principal, id: JobId): Promise<Result<Job>> {
    const job = this.#visible(principal, id)
    if (!job.ok) return job
    if (isFinal(job.value.state)) return STATE_CONFLICT
    if (this.#queue.cancel(id) === 'waiting') {
      const actor = { subject: principal.id, organisation: principal.organisation }
      await this.#world.journal.append({
        type: 'job.cancelled',
        actor,
        job: id,
        body: { code: 'job-cancelled' },
      })
    }
    return ok(await this.#withDetail(this.#booked(id)))
  }

  async result(principal: Principal, id: JobId): Promise<Result<ReleasedResult>> {
    const job = this.#visible(principal, id)
    if (!job.ok) return job
    const read = await this.#readReleased(job.value)
    if (!read.ok) return read
    await this.#world.journal.append({
      type: 'result.downloaded',
      actor: { subject: principal.id, organisation: principal.organisation },
      job: id,
      body: { channel: 'http' },
    })
    return read
  }

  async #readReleased(job: BookedJob): Promise<Result<ReleasedResult>> {
    const [bytes, receipt] = await Promise.all([
      this.#world.results.read(`results/${job.id}`),
      this.#world.results.read(`receipts/${job.id}`),
    ])
    const digest = job.refs['result']
    if (job.state !== 'released' || !bytes || !receipt || digest === undefined)
      return job.problem === undefined ? STATE_CONFLICT : this.#problemOf(job)
    const { columns, rows } = decodeResult(bytes)
    return ok({ job: job.id, columns, rows, digest, bytes, guarantee: job.guarantee ?? NO_TEXT })
  }

  async receipt(principal: Principal, id: JobId): Promise<Result<Uint8Array>> {
    const job = this.#visible(principal, id)
    if (!job.ok) return job
    const bytes = await this.#world.results.read(`receipts/${id}`)
    return bytes === undefined ? STATE_CONFLICT : ok(bytes)
  }

  async replay(principal: Principal, id: JobId): Promise<Result<ReplayReport>> {
    const allowed = mayPerform(principal, 'job.replay')
    if (!allowed.ok) return allowed
    const job = this.#world.book.jobs.get(id)
    if (job === undefined) return NOT_VISIBLE
    if (job.state !== 'released') return STATE_CONFLICT
    return ok(await replayJob(this.#world, principal, job))
  }

  checkpoint(principal: Principal): Result<string> {
    const allowed = mayPerform(principal, 'log.checkpoint')
    return allowed.ok ? ok(this.#log.checkpoint()) : allowed
  }

  async auditLeaf(principal: Principal, index: number): Promise<Result<Uint8Array>> {
    const allowed = mayPerform(principal, 'log.read')
    if (!allowed.ok) return allowed
    const leaf = await this.#log.leaf(index)
    if (leaf === undefined) return NO_ENTRY
    await this.#logRead(principal, { from: index, to: index })
    return ok(leaf)
  }

  async inclusionProof(
    principal: Principal,
    index: number,
    size: number,
  ): Promise<Result<readonly string[]>> {
    const allowed = mayPerform(principal, 'log.checkpoint')
    if (!allowed.ok) return allowed
    const proof = await this.#log.inclusionProof(index, size)
    return proof === undefined ? NO_ENTRY : ok(proof)
  }

  async consistencyProof(
    principal: Principal,
    from: number,
    to: number,
  ): Promise<Result<readonly string[]>> {
    const allowed = mayPerform(principal, 'log.checkpoint')
    if (!allowed.ok) return allowed
    const proof = await this.#log.consistencyProof(from, to)
    return proof === undefined ? NO_ENTRY : ok(proof)
  }

  /** Hash tiles reveal nothing; entry bundles are the log itself. */
  async tile(principal: Principal, path: string): Promise<Result<Uint8Array>> {
    const isBundle = path.startsWith('tile/entries/')
    const allowed = mayPerform(principal, isBundle ? 'log.read' : 'log.checkpoint')
    if (!allowed.ok) return allowed
    const bytes = await this.#log.tile(path)
    if (bytes === undefined) return NO_ENTRY
    if (isBundle) await this.#logRead(principal, { path })
    return ok(bytes)
  }

  readiness(): { readonly ready: boolean; readonly reasons: readonly string[] } {
    const reasons = this.#log.inDoubt ? ['log-unavailable'] : []
    return { ready: reasons.length === 0, reasons }
  }

  /** Those who read the log are in it too. */
  async #logRead(principal: Principal, body: Record<string, string | number>): Promise<void> {
    const actor = { subject: principal.id, organisation: principal.organisation }
    await this.#world.journal.append({ type: 'log.read', actor, body })
  }

  #booked(id: JobId): BookedJob {
    const job = this.#world.book.jobs.get(id)
    if (job === undefined) throw new Error('a recorded job is in the book')
    return job
  }

  /** Not found and not yours look alike. */
  #visible(principal: Principal, id: JobId): Result<BookedJob> {
    const job = this.#world.book.jobs.get(id)
    return job?.submitter === principal.id ? ok(job) : NOT_VISIBLE
  }

  /** The log holds a refusal's code; its wording names the caller's own input and is in the vault. */
  async #withDetail(job: BookedJob): Promise<Job> {
    const problem = job.problem && ((await loadProblem(this.#world.vault, job.id)) ?? job.problem)
    return problem === undefined ? job : { ...job, problem }
  }

  async #problemOf(job: BookedJob): Promise<Result<never>> {
    const problem = (await this.#withDetail(job)).problem
    return problem === undefined ? STATE_CONFLICT : { ok: false, problem }
  }
}

const NO_TEXT = { en: '', zh: '' }

function problem(code: Problem['code'], en: string, zh: string): Result<never> {
  return decline(code, { en, zh })
}

const UNAUTHENTICATED = problem(
  'unauthenticated',
  'the token is missing or unknown',
  '令牌缺失或无效',
)
const NOT_VISIBLE = problem(
  'job-not-found',
  'no job with this id is visible to you',
  '没有您可见的该编号作业',
)
const TOO_MANY_JOBS = problem(
  'too-many-jobs',
  'your organisation has too many jobs waiting',
  '贵单位排队作业过多',
)
const KEY_REUSED = problem(
  'idempotency-conflict',
  'this key belongs to another request',
  '该幂等键属于另一请求',
)
const STATE_CONFLICT = problem(
  'job-state-conflict',
  'the job is not in a state that allows this',
  '作业当前状态不允许此操作',
)
const NO_ENTRY = problem(
  'entry-not-found',
  'nothing is published under this number or path',
  '该序号或路径没有已发布内容',
)
