/**
 * Worker processes of one kind. A worker belongs to one tenant and one resource from its first order
 * until it is killed; spare workers have a resource but no tenant yet, so they hold nobody's work.
 */

import type { WorkControl, WorkerAnswer } from '../pipeline/ports.ts'
import type { Answer } from './answer-collector.ts'
import { FairQueue } from './fair-queue.ts'
import { IsolationUnavailable } from './worker-launch.ts'
import type { WorkerProcess, WorkOrder } from './worker-process.ts'

/** What the pool needs of a worker. */
export type PooledWorker = Pick<WorkerProcess, 'isAlive' | 'ready' | 'run' | 'kill' | 'stop'>

export interface PoolOptions {
  /** @throws {IsolationUnavailable} Where a worker cannot be sealed. */
  readonly start: (resource: string) => PooledWorker
  /** Upper bound on processes that belong to tenants. */
  readonly maximumWorkers: number
  /** Orders that may wait; more are answered with `busy`. */
  readonly maximumWaiting: number
  /** An owned worker without work for this long is killed. */
  readonly retireMs: number
  /** An owned worker that has worked this long is replaced: the kernel bounds its whole life. */
  readonly maximumBusyMs: number
}

export interface PoolOrder {
  readonly tenant: string
  readonly resource: string
  readonly work: WorkOrder
  readonly control: WorkControl | undefined
}

interface Waiting extends PoolOrder {
  readonly resolve: (answer: WorkerAnswer<Answer>) => void
}

interface Owned {
  readonly tenant: string
  readonly resource: string
  readonly process: PooledWorker
  isBusy: boolean
  /** Time spent on orders so far. */
  busyMs: number
  /** Position in the order of last use; the smallest idle one is evicted first. */
  lastUse: number
  retirement: NodeJS.Timeout | undefined
}

export class WorkerPool {
  readonly #options: PoolOptions
  readonly #queue = new FairQueue<Waiting>()
  readonly #owned = new Set<Owned>()
  #spare: { readonly resource: string; readonly process: PooledWorker } | undefined
  #uses = 0
  #isClosed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** Starts a spare worker for a resource before anyone asks, unless there is one. */
  warm(resource: string): PooledWorker {
    if (this.#spare?.resource === resource && this.#spare.process.isAlive)
      return this.#spare.process
    this.#spare?.process.kill()
    const process = this.#options.start(resource)
    this.#spare = { resource, process }
    return process
  }

  async run(order: PoolOrder): Promise<WorkerAnswer<Answer>> {
    if (this.#isClosed) return { ok: false, failure: 'cancelled' }
    if (order.control?.signal?.aborted === true) return { ok: false, failure: 'cancelled' }
    if (this.#queue.size >= this.#options.maximumWaiting) return { ok: false, failure: 'busy' }
    return await new Promise((resolve) => this.#enqueue(order, resolve))
  }

  /** Kills every worker and answers everything that waits. */
  async close(): Promise<void> {
    this.#isClosed = true
    const processes = [...this.#owned].map(({ process }) => process)
    if (this.#spare !== undefined) processes.push(this.#spare.process)
    for (const owned of this.#owned) clearTimeout(owned.retirement)
    for (let item = this.#queue.take(() => true); item; item = this.#queue.take(() => true))
      item.resolve({ ok: false, failure: 'cancelled' })
    await Promise.all(processes.map((process) => process.stop()))
  }

  #enqueue(order: PoolOrder, resolve: Waiting['resolve']): void {
    const signal = order.control?.signal
    const item: Waiting = {
      ...order,
      resolve: (answer) => {
        signal?.removeEventListener('abort', leave)
        resolve(answer)
      },
    }
    const leave = () => {
      if (this.#queue.remove(item)) item.resolve({ ok: false, failure: 'cancelled' })
    }
    signal?.addEventListener('abort', leave)
    this.#queue.add(item)
    this.#dispatch()
  }

  #dispatch(): void {
    for (;;) {
      const item = this.#queue.take((waiting) => this.#canStart(waiting))
      if (item === undefined) return
      this.#assign(item)
    }
  }

  #canStart(order: PoolOrder): boolean {
    const mine = this.#ownedBy(order)
    if (mine !== undefined) return !mine.isBusy
    return this.#owned.size < this.#options.maximumWorkers || this.#leastRecentIdle() !== undefined
  }

  #assign(item: Waiting): void {
    try {
      const owned = this.#ownedBy(item) ?? this.#acquire(item)
      owned.isBusy = true
      owned.lastUse = ++this.#uses
      clearTimeout(owned.retirement)
      void this.#serve(owned, item)
    } catch (error) {
      const isUnsealed = error instanceof IsolationUnavailable
      item.resolve({ ok: false, failure: isUnsealed ? 'isolation_unavailable' : 'crash' })
    }
  }

  async #serve(owned: Owned, item: Waiting): Promise<void> {
    const start = performance.now()
    const answer = await owned.process.run(item.work, item.control)
    owned.isBusy = false
    owned.busyMs += performance.now() - start
    if (owned.busyMs > this.#options.maximumBusyMs) {
      this.#release(owned)
    } else if (owned.process.isAlive) {
      owned.retirement = setTimeout(() => this.#release(owned), this.#options.retireMs)
      owned.retirement.unref()
    } else {
      this.#owned.delete(owned)
    }
    item.resolve(answer)
    if (this.#isClosed) return
    this.#dispatch()
    this.#replaceSpare(owned.resource)
  }

  /** Only once the work is done: two cores have better things to do before. */
  #replaceSpare(resource: string): void {
    try {
      this.warm(resource)
    } catch {
      // The next order meets the same obstacle and reports it.
    }
  }

  #acquire({ tenant, resource }: PoolOrder): Owned {
    if (this.#owned.size >= this.#options.maximumWorkers) {
      const victim = this.#leastRecentIdle()
      if (victim !== undefined) this.#release(victim)
    }
    const process = this.#takeSpare(resource) ?? this.#options.start(resource)
    const owned: Owned = {
      tenant,
      resource,
      process,
      isBusy: true,
      busyMs: 0,
      lastUse: this.#uses,
      retirement: undefined,
    }
    this.#owned.add(owned)
    return owned
  }

  #takeSpare(resource: string): PooledWorker | undefined {
    const spare = this.#spare
    if (spare?.resource !== resource || !spare.process.isAlive) return undefined
    this.#spare = undefined
    return spare.process
  }

  #release(owned: Owned): void {
    clearTimeout(owned.retirement)
    this.#owned.delete(owned)
    owned.process.kill()
  }

  #ownedBy({ tenant, resource }: PoolOrder): Owned | undefined {
    for (const owned of this.#owned) {
      if (owned.tenant !== tenant || owned.resource !== resource) continue
      if (owned.process.isAlive) return owned
      // Died while idle: its place is free.
      if (!owned.isBusy) this.#release(owned)
    }
    return undefined
  }

  #leastRecentIdle(): Owned | undefined {
    return [...this.#owned]
      .filter(({ isBusy }) => !isBusy)
      .toSorted((a, b) => a.lastUse - b.lastUse)[0]
  }
}
