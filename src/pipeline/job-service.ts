/** What the faces may ask: every method decides who may, does the pipeline's work, and logs it. */

import { createHash } from 'node:crypto'
import { permit, permitOnJob } from '../core/access/permissions.ts'
import { decodeResult } from '../core/jobs/canonical-result.ts'
import type { BookedJob } from '../core/jobs/job-book.ts'
import { isFinal } from '../core/jobs/job-states.ts'
import { scopesOf } from '../core/ledger/scopes.ts'
import { assert } from '../model/assert.ts'
import type { Actor } from '../model/audit-entry.ts'
import type { Job, JobId, JobRequest } from '../model/job.ts'
import type { Principal } from '../model/principal.ts'
import type { ProblemCode } from '../model/problem.ts'
import type { ReplayReport } from '../model/replay.ts'
import { decline, ok, type Result } from '../model/result.ts'
import { type AdmittedJob, admitJob } from './admit-job.ts'
import { AuditDesk } from './audit-desk.ts'
import { explainAdmission } from './explain-job.ts'
import { loadProblem, loadRequest } from './job-details.ts'
import type { JobQueue } from './job-queue.ts'
import type { JobWorld } from './job-world.ts'
import type { Explanation, IdentityStore, ReleasedResult, Service } from './ports.ts'
import { recoverJobs } from './recover.ts'
import { replayJob } from './replay-job.ts'
import { finishJob, submitJob } from './run-job.ts'
import { TenantGate } from './tenant-gate.ts'
import { withAlarm } from './tripwire.ts'

interface ServiceParts {
  readonly world: JobWorld
  readonly identities: IdentityStore
  readonly queue: JobQueue
}

export class JobService extends AuditDesk implements Service {
  readonly #world: JobWorld
  readonly #identities: IdentityStore
  readonly #queue: JobQueue
  /** Submissions under way, so that two requests with one key become one job. */
  readonly #submitting = new Map<string, Promise<void>>()
  readonly #gate = new TenantGate({ concurrent: 4, waiting: 64 })

  constructor({ world, identities, queue }: ServiceParts) {
    super(world.log, world.journal)
    this.#world = world
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
    const permitted = permit(principal, 'job.submit')
    if (!permitted.ok) return permitted
    if (this.#world.held.has(principal.organisation)) return HELD
    if (idempotencyKey === undefined) return this.#submitInTurn(principal, request)

    // One after the other for one key, from the first line on: no two may both find it unused.
    const key = createHash('sha256').update(`${principal.id}\n${idempotencyKey}`).digest('hex')
    const earlier = this.#submitting.get(key) ?? Promise.resolve()
    const submitting = earlier.then(() => {
      const known = this.#world.book.byIdempotency.get(key)
      if (known !== undefined) return this.#repeat(known, request)
      return this.#submitInTurn(principal, request, key)
    })
    const settled = submitting.then(
      () => undefined,
      () => undefined,
    )
    this.#submitting.set(key, settled)
    void settled.then(() => {
      if (this.#submitting.get(key) === settled) this.#submitting.delete(key)
    })
    return submitting
  }

  async #submitInTurn(
    principal: Principal,
    request: JobRequest,
    idempotency?: string,
  ): Promise<Result<Job>> {
    const { organisation } = principal
    const job = await this.#gate.pass(organisation, async () =>
      this.#queue.hasRoom(organisation)
        ? this.#submitNew(principal, request, idempotency)
        : TOO_MANY_JOBS,
    )
    return job ?? TOO_MANY_JOBS
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
    return ok(await this.#present(job))
  }

  /** The same key again: the same job, provided that it asks for the same. */
  async #repeat(id: JobId, request: JobRequest): Promise<Result<Job>> {
    const stored = await loadRequest(this.#world.vault, id)
    const isSame =
      stored?.request.sql === request.sql &&
      stored.request.agreement === request.agreement &&
      stored.request.purpose === request.purpose
    return isSame ? ok(await this.#present(this.#booked(id))) : KEY_REUSED
  }

  #enqueue(job: BookedJob, admitted: AdmittedJob): void {
    this.#queue.add(job.organisation, job.id, (signal) =>
      finishJob(this.#world, job.id, admitted, { signal }),
    )
  }

  async explain(principal: Principal, request: JobRequest): Promise<Result<Explanation>> {
    const permitted = permit(principal, 'job.explain')
    if (!permitted.ok) return permitted
    if (this.#world.held.has(principal.organisation)) return HELD
    const world = withAlarm(this.#world, { actor: actorOf(principal) })
    const admitted = await this.#gate.pass(principal.organisation, () =>
      admitJob(world, principal, request),
    )
    if (admitted === undefined) return TOO_MANY_JOBS
    if (!admitted.ok) return admitted
    const { grant, plan } = admitted.value
    const remaining = this.#world.keeper.remaining(scopesOf(grant, plan))
    return ok(explainAdmission(admitted.value, remaining))
  }

  async findJob(principal: Principal, id: JobId): Promise<Result<Job>> {
    const job = permitOnJob(principal, 'job.read', this.#world.book.jobs.get(id))
    return job.ok ? ok(await this.#present(job.value)) : job
  }

  async listJobs(principal: Principal): Promise<Result<readonly Job[]>> {
    const permitted = permit(principal, 'job.read')
    if (!permitted.ok) return permitted
    const mine = [...this.#world.book.jobs.values()].filter((job) => job.submitter === principal.id)
    return ok(await Promise.all(mine.map((job) => this.#present(job))))
  }

  async cancelJob(principal: Principal, id: JobId): Promise<Result<Job>> {
    const job = permitOnJob(principal, 'job.cancel', this.#world.book.jobs.get(id))
    if (!job.ok) return job
    if (isFinal(job.value.state)) return STATE_CONFLICT
    if (this.#queue.cancel(id) === 'waiting') {
      await this.#world.journal.append({
        type: 'job.cancelled',
        actor: actorOf(principal),
        job: id,
        body: { code: 'job-cancelled' },
      })
    }
    return ok(await this.#present(this.#booked(id)))
  }

  async result(principal: Principal, id: JobId): Promise<Result<ReleasedResult>> {
    const job = permitOnJob(principal, 'result.read', this.#world.book.jobs.get(id))
    if (!job.ok) return job
    const read = await this.#readReleased(job.value)
    if (!read.ok) return read
    await this.#world.journal.append({
      type: 'result.downloaded',
      actor: actorOf(principal),
      job: id,
      body: { channel: 'http' },
    })
    return read
  }

  /** A result is readable once its release is in the log and its receipt exists. */
  async #readReleased(job: BookedJob): Promise<Result<ReleasedResult>> {
    if (job.problem !== undefined) return this.#problemOf(job)
    if (!this.#world.readable.has(job.id)) return STATE_CONFLICT
    const { guarantee } = job
    const digest = job.refs['result']
    assert(digest !== undefined && guarantee !== undefined, 'a readable result is complete')
    const bytes = await this.#world.results.read(`results/${job.id}`)
    if (bytes === undefined || sha256(bytes) !== digest) return this.#damaged(job)
    const { columns, rows } = decodeResult(bytes)
    return ok({ job: job.id, columns, rows, digest, bytes, guarantee })
  }

  /** What lies on disk is not what was released: nothing is handed out, and operations hear of it. */
  #damaged({ id }: BookedJob): Result<never> {
    this.#world.operations.error({ job: id }, 'a stored result does not match its release')
    return RESULT_DAMAGED
  }

  async receipt(principal: Principal, id: JobId): Promise<Result<Uint8Array>> {
    const job = permitOnJob(principal, 'receipt.read', this.#world.book.jobs.get(id))
    if (!job.ok) return job
    const bytes = await this.#world.results.read(`receipts/${id}`)
    return bytes === undefined ? STATE_CONFLICT : ok(bytes)
  }

  async replay(principal: Principal, id: JobId): Promise<Result<ReplayReport>> {
    const job = permitOnJob(principal, 'job.replay', this.#world.book.jobs.get(id))
    if (!job.ok) return job
    if (job.value.state !== 'released') return STATE_CONFLICT
    return ok(await replayJob(this.#world, principal, job.value))
  }

  #booked(id: JobId): BookedJob {
    const job = this.#world.book.jobs.get(id)
    assert(job !== undefined, 'a recorded job is in the book')
    return job
  }

  /**
   * The job as its submitter sees it. A release shows when its result can be read. The log holds a
   * refusal's code; its wording names the caller's own input and comes from the vault.
   */
  async #present(job: BookedJob): Promise<BookedJob> {
    if (job.state === 'released' && !this.#world.readable.has(job.id))
      return { ...job, state: 'computed' }
    if (job.problem === undefined) return job
    // A vault that cannot be read costs the wording, not the list of jobs.
    const problem = await loadProblem(this.#world.vault, job.id).catch(() => undefined)
    return problem === undefined ? job : { ...job, problem }
  }

  async #problemOf(job: BookedJob): Promise<Result<never>> {
    const { problem } = await this.#present(job)
    return problem === undefined ? STATE_CONFLICT : { ok: false, problem }
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function actorOf(principal: Principal): Actor {
  return { subject: principal.id, organisation: principal.organisation }
}

function refusal(code: ProblemCode, en: string, zh: string): Result<never> {
  return decline(code, { en, zh })
}

const UNAUTHENTICATED = refusal(
  'unauthenticated',
  'The token is missing or unknown.',
  '令牌缺失或无效。',
)
const TOO_MANY_JOBS = refusal(
  'too-many-jobs',
  'Your organisation has too many jobs waiting.',
  '贵单位排队作业过多。',
)
const HELD = refusal(
  'operator-held',
  'The jobs of your organisation are held.',
  '贵单位的作业已被暂停。',
)
const KEY_REUSED = refusal(
  'idempotency-conflict',
  'This key belongs to another request.',
  '该幂等键属于另一请求。',
)
const RESULT_DAMAGED = refusal(
  'result-damaged',
  'The stored result is not the one that was released.',
  '所存结果与放行时不一致。',
)
const STATE_CONFLICT = refusal(
  'job-state-conflict',
  'The job is not in a state that allows this.',
  '作业当前状态不允许此操作。',
)
