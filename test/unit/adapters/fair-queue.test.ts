import { describe, expect, it } from 'vitest'
import { FairQueue } from '../../../src/adapters/fair-queue.ts'

describe('FairQueue', () => {
  it('serves tenants in turn, each in its own order', () => {
    const queue = queueOf('a1', 'a2', 'a3', 'b1', 'c1', 'b2')
    expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
  })

  it('passes over what cannot start without losing its place', () => {
    const queue = queueOf('a1', 'a2', 'b1')
    expect(queue.take(({ name }) => name !== 'a1')?.name).toBe('a2')
    expect(queue.take(({ name }) => name !== 'a1')?.name).toBe('b1')
    expect(queue.take(({ name }) => name !== 'a1')).toBeUndefined()
    expect(drain(queue)).toEqual(['a1'])
  })

  it('forgets what is removed', () => {
    const queue = queueOf('a1', 'b1')
    const item = { tenant: 'a', name: 'a2' }
    queue.add(item)
    expect(queue.remove(item)).toBe(true)
    expect(queue.remove(item)).toBe(false)
    expect(queue.size).toBe(2)
    expect(drain(queue)).toEqual(['a1', 'b1'])
    expect(queue.size).toBe(0)
  })
})

interface Item {
  readonly tenant: string
  readonly name: string
}

function queueOf(...names: readonly string[]): FairQueue<Item> {
  const queue = new FairQueue<Item>()
  for (const name of names) queue.add({ tenant: name.charAt(0), name })
  return queue
}

function drain(queue: FairQueue<Item>): readonly string[] {
  const names: string[] = []
  for (let item = queue.take(() => true); item; item = queue.take(() => true)) names.push(item.name)
  return names
}
