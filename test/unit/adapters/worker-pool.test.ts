import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Answer } from '../../../src/adapters/answer-collector.ts'
import { IsolationUnavailable } from '../../../src/adapters/worker-launch.ts'
import {
  type PooledWorker,
  type PoolOptions,
  WorkerPool,
} from '../../../src/adapters/worker-pool.ts'
import { encodeOrder } from '../../../src/adapters/worker-process.ts'
import type { WorkerAnswer } from '../../../src/pipeline/ports.ts'

/** A worker that finishes an order when it is told to. */
class FakeWorker implements PooledWorker {
  readonly resource: string
  readonly ready = Promise.resolve({ ok: true, value: 'fake' } as const)
  isAlive = true
  #finish: ((answer: WorkerAnswer<Answer>) => void) | undefined

  constructor(resource: string) {
    this.resource = resource
  }

  get isBusy(): boolean {
    return this.#finish !== undefined
  }

  run(): Promise<WorkerAnswer<Answer>> {
    return new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  finish(answer: WorkerAnswer<Answer> = { ok: true, value: { tables: [], text: Buffer.of() } }) {
    const finish = this.#finish
    this.#finish = undefined
    finish?.(answer)
  }

  kill(): void {
    this.isAlive = false
    this.finish({ ok: false, failure: 'crash' })
  }

  stop(): Promise<void> {
    this.kill()
    return Promise.resolve()
  }
}

let workers: FakeWorker[]
let pool: WorkerPool
let finished: string[]

beforeEach(() => {
  workers = []
  finished = []
  pool = poolOf({})
})

afterEach(() => pool.close())

function poolOf(options: Partial<PoolOptions>): WorkerPool {
  const start = (resource: string) => {
    const worker = new FakeWorker(resource)
    workers.push(worker)
    return worker
  }
  return new WorkerPool({
    start,
    maximumWorkers: 2,
    maximumWaiting: 10,
    retireMs: 10_000,
    maximumBusyMs: 10_000,
    ...options,
  })
}

const work = encodeOrder({ task: 'parse', parts: 0 }, [], { tables: 0, rows: 0, isText: true })

function run(tenant: string, resource = 'data', signal?: AbortSignal) {
  const control = signal === undefined ? undefined : { signal }
  const answer = pool.run({ tenant, resource, work, control })
  void answer.then(() => finished.push(tenant))
  return answer
}

/** Lets the worker that is busy finish, and everything that follows from it happen. */
async function finishOne(): Promise<FakeWorker | undefined> {
  const worker = workers.find(({ isBusy }) => isBusy)
  worker?.finish()
  await settle()
  return worker
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

describe('WorkerPool', () => {
  it('gives one tenant the same worker again, and no other tenant', async () => {
    const used: (FakeWorker | undefined)[] = []
    for (const tenant of ['a', 'b', 'a', 'b']) {
      void run(tenant)
      used.push(await finishOne())
    }
    expect(used[0]).toBe(used[2])
    expect(used[1]).toBe(used[3])
    expect(used[0]).not.toBe(used[1])
  })

  it('gives one tenant another worker for another resource', async () => {
    void run('a', 'old')
    const first = await finishOne()
    void run('a', 'new')
    const second = await finishOne()
    expect([first?.resource, second?.resource]).toEqual(['old', 'new'])
  })

  it('kills the idle worker used longest ago when a place is needed', async () => {
    const used = new Map<string, FakeWorker | undefined>()
    for (const tenant of ['a', 'b', 'a', 'c']) {
      void run(tenant)
      used.set(tenant, await finishOne())
    }
    expect([...used].map(([tenant, worker]) => [tenant, worker?.isAlive])).toEqual([
      ['a', true],
      ['b', false],
      ['c', true],
    ])
  })

  it('never kills a busy worker for its place, and serves tenants in turn', async () => {
    pool = poolOf({ maximumWorkers: 1 })
    for (const tenant of ['a', 'a', 'a', 'b', 'c', 'b']) void run(tenant)
    await settle()
    expect(workers.filter(({ isBusy }) => isBusy)).toHaveLength(1)
    for (let order = 0; order < 6; order += 1) await finishOne()
    expect(finished).toEqual(['a', 'a', 'b', 'c', 'a', 'b'])
  })

  it('works on several orders of one tenant one after the other', async () => {
    void run('a')
    void run('a')
    await settle()
    expect(workers.filter(({ isBusy }) => isBusy)).toHaveLength(1)
    await finishOne()
    await finishOne()
    expect(finished).toEqual(['a', 'a'])
  })

  it('starts a spare after the work and uses it for whoever comes next', async () => {
    void run('a')
    await finishOne()
    expect(workers).toHaveLength(2)
    void run('b')
    expect(await finishOne()).toBe(workers[1])
  })

  it('replaces workers that died', async () => {
    void run('a')
    const first = await finishOne()
    first?.kill()
    void run('a')
    const second = await finishOne()
    expect(second).not.toBe(first)
    expect(finished).toEqual(['a', 'a'])
  })

  it('answers busy when too many wait, and cancelled when their signal says so', async () => {
    pool = poolOf({ maximumWorkers: 1, maximumWaiting: 1 })
    void run('a')
    const controller = new AbortController()
    const waiting = run('b', 'data', controller.signal)
    expect(await run('c')).toEqual({ ok: false, failure: 'busy' })
    controller.abort()
    expect(await waiting).toEqual({ ok: false, failure: 'cancelled' })
    await finishOne()
    expect(await run('d', 'data', AbortSignal.abort())).toMatchObject({ ok: false })
  })

  it.each([
    { error: new IsolationUnavailable('no'), failure: 'isolation_unavailable' },
    { error: new Error('EAGAIN'), failure: 'crash' },
  ])('answers $failure when a worker cannot start', async ({ error, failure }) => {
    pool = poolOf({
      start() {
        throw error
      },
    })
    expect(await run('a')).toEqual({ ok: false, failure })
    expect(await run('a')).toEqual({ ok: false, failure })
  })

  it('kills a worker that had nothing to do for long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    pool = poolOf({ retireMs: 1000 })
    void run('a')
    const worker = await finishOne()
    vi.advanceTimersByTime(999)
    expect(worker?.isAlive).toBe(true)
    vi.advanceTimersByTime(1)
    expect(worker?.isAlive).toBe(false)
    vi.useRealTimers()
  })

  it('replaces a worker before the kernel ends it', async () => {
    pool = poolOf({ maximumBusyMs: -1 })
    void run('a')
    const worker = await finishOne()
    expect(worker?.isAlive).toBe(false)
    void run('a')
    expect(await finishOne()).not.toBe(worker)
  })

  it('closes with everything that runs or waits', async () => {
    pool = poolOf({ maximumWorkers: 1 })
    const answers = [run('a'), run('b')]
    await settle()
    await pool.close()
    const settled = await Promise.all(answers)
    expect(settled.map(({ ok }) => ok)).toEqual([false, false])
    expect(workers.filter(({ isAlive }) => isAlive)).toEqual([])
    expect(await run('a')).toEqual({ ok: false, failure: 'cancelled' })
  })
})
