import { expect, it } from 'vitest'
import { CommitQueue, type WaitingEntry } from '../../../src/pipeline/commit-queue.ts'

function queueOf(count: number, bytes: number): { queue: CommitQueue; rejected: Error[] } {
  const queue = new CommitQueue()
  const rejected: Error[] = []
  for (let index = 0; index < count; index++) {
    const leaf = new Uint8Array(bytes)
    const reject = (reason: Error) => rejected.push(reason)
    queue.push({ leaf, index, reject } as unknown as WaitingEntry)
  }
  return { queue, rejected }
}

it.each([
  ['few entries at once', 10, 100, [10]],
  ['at most 4096 entries', 10_000, 10, [4096, 4096, 1808]],
  ['at most 4 MiB', 600, 15_000, [279, 279, 42]],
])('takes %s, in order', (_, count, bytes, sizes) => {
  const { queue } = queueOf(count, bytes)
  let next = 0
  for (const size of sizes) {
    const batch = queue.takeBatch()
    expect(batch).toHaveLength(size)
    expect(batch.map(({ index }) => index)).toEqual(batch.map(() => next++))
  }
  expect(queue.isEmpty).toBe(true)
  expect(queue.takeBatch()).toEqual([])
})

it('rejects everyone once', () => {
  const { queue, rejected } = queueOf(3, 1)
  queue.rejectAll(new Error('stopped'))
  queue.rejectAll(new Error('again'))
  expect(rejected.map(({ message }) => message)).toEqual(['stopped', 'stopped', 'stopped'])
})
