import { describe, expect, it } from 'vitest'
import type { JobId } from '../../../src/model/job.ts'
import { JobQueue } from '../../../src/pipeline/job-queue.ts'

const id = (name: string): JobId => name as JobId

/** A job that runs until released, and notes the order of starts. */
function jobs(queue: JobQueue) {
  const started: string[] = []
  const release = new Map<string, () => void>()
  return {
    started,
    add: (tenant: string, name: string) =>
      queue.add(tenant, id(name), (signal) => {
        started.push(name)
        return new Promise((resolve) => {
          release.set(name, resolve)
          signal.addEventListener('abort', () => resolve())
        })
      }),
    finish: async (name: string) => {
      release.get(name)?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('JobQueue', () => {
  it('runs no more jobs at once than its limit', () => {
    const queue = new JobQueue({ concurrentJobs: 2, waitingPerTenant: 9 })
    const work = jobs(queue)
    for (const name of ['a', 'b', 'c']) work.add('t', name)
    expect(work.started).toEqual(['a', 'b'])
  })

  it('takes turns between tenants, however many jobs one of them has waiting', async () => {
    const queue = new JobQueue({ concurrentJobs: 1, waitingPerTenant: 9 })
    const work = jobs(queue)
    for (const name of ['a1', 'a2', 'a3']) work.add('a', name)
    work.add('b', 'b1')
    for (const name of ['a1', 'a2', 'b1']) await work.finish(name)
    expect(work.started).toEqual(['a1', 'a2', 'b1', 'a3'])
  })

  it('says when a tenant has no more room', () => {
    const queue = new JobQueue({ concurrentJobs: 1, waitingPerTenant: 1 })
    const work = jobs(queue)
    work.add('a', 'running')
    expect(queue.hasRoom('a')).toBe(true)
    work.add('a', 'waiting')
    expect(queue.hasRoom('a')).toBe(false)
    expect(queue.hasRoom('b')).toBe(true)
  })

  it('takes a waiting job out and interrupts a running one', async () => {
    const queue = new JobQueue({ concurrentJobs: 1, waitingPerTenant: 9 })
    const work = jobs(queue)
    work.add('a', 'running')
    work.add('a', 'waiting')
    expect(queue.cancel(id('waiting'))).toBe('waiting')
    expect(queue.cancel(id('running'))).toBe('running')
    expect(queue.cancel(id('nobody'))).toBe('unknown')
    await queue.whenIdle()
    expect(work.started).toEqual(['running'])
  })

  it('starts nothing of a held tenant, and does not wait for it', async () => {
    const held = new Set<string>()
    const queue = new JobQueue({ concurrentJobs: 1, waitingPerTenant: 9 }, held)
    const work = jobs(queue)
    for (const [tenant, name] of [
      ['a', 'a1'],
      ['a', 'a2'],
      ['b', 'b1'],
    ] as const)
      work.add(tenant, name)
    held.add('a')
    await work.finish('a1')
    expect(work.started).toEqual(['a1', 'b1'])
    await work.finish('b1')
    await queue.whenIdle()
    expect(work.started).toEqual(['a1', 'b1'])
    expect(queue.cancel(id('a2'))).toBe('waiting')
  })
})
