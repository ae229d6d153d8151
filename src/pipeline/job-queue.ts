/** Runs admitted jobs, a few at a time, taking turns between tenants. */

import type { JobId } from '../model/job.ts'

interface Waiting {
  readonly job: JobId
  readonly run: (signal: AbortSignal) => Promise<void>
}

export interface QueueLimits {
  readonly concurrentJobs: number
  readonly waitingPerTenant: number
}

export class JobQueue {
  readonly #limits: QueueLimits
  readonly #held: ReadonlySet<string>
  /** Tenants in the order in which their turn comes; a tenant with nothing waiting is absent. */
  readonly #waiting = new Map<string, Waiting[]>()
  readonly #running = new Map<JobId, AbortController>()
  readonly #idle: (() => void)[] = []
  #isStopped = false

  /** @param held Tenants whose jobs stay in line; looked at whenever a job could start. */
  constructor(limits: QueueLimits, held: ReadonlySet<string> = new Set()) {
    this.#limits = limits
    this.#held = held
  }

  hasRoom(tenant: string): boolean {
    return (this.#waiting.get(tenant)?.length ?? 0) < this.#limits.waitingPerTenant
  }

  /** Queues one job. `run` must settle without throwing. */
  add(tenant: string, job: JobId, run: Waiting['run']): void {
    if (this.#isStopped) return
    const line = this.#waiting.get(tenant) ?? []
    line.push({ job, run })
    this.#waiting.set(tenant, line)
    this.#startNext()
  }

  /** Takes a waiting job out, or interrupts a running one. @returns Whether it was waiting. */
  cancel(job: JobId): 'waiting' | 'running' | 'unknown' {
    for (const [tenant, line] of this.#waiting) {
      const at = line.findIndex((waiting) => waiting.job === job)
      if (at < 0) continue
      line.splice(at, 1)
      if (line.length === 0) this.#waiting.delete(tenant)
      return 'waiting'
    }
    const controller = this.#running.get(job)
    controller?.abort()
    return controller === undefined ? 'unknown' : 'running'
  }

  /** Starts nothing any more and forgets what waits; resolves when nothing runs. */
  stop(): Promise<void> {
    this.#isStopped = true
    this.#waiting.clear()
    return this.whenIdle()
  }

  /** Resolves when nothing runs and nothing could. */
  whenIdle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  #isIdle(): boolean {
    return this.#running.size === 0 && this.#nextTurn() === undefined
  }

  #nextTurn(): [string, Waiting[]] | undefined {
    return [...this.#waiting].find(([tenant]) => !this.#held.has(tenant))
  }

  #startNext(): void {
    while (this.#running.size < this.#limits.concurrentJobs) {
      const turn = this.#nextTurn()
      if (turn === undefined) break
      const [tenant, line] = turn
      const next = line.shift()
      // Back to the end of the round, so that one busy tenant delays no other by more than a job.
      this.#waiting.delete(tenant)
      if (line.length > 0) this.#waiting.set(tenant, line)
      if (next !== undefined) this.#start(next)
    }
    if (!this.#isIdle()) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #start({ job, run }: Waiting): void {
    const controller = new AbortController()
    this.#running.set(job, controller)
    void run(controller.signal).finally(() => {
      this.#running.delete(job)
      this.#startNext()
    })
  }
}
