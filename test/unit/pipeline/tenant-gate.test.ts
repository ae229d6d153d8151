import { describe, expect, it } from 'vitest'
import { TenantGate } from '../../../src/pipeline/tenant-gate.ts'

/** Work that ends when told to, and says when it started. */
function work() {
  const started: string[] = []
  const finish = new Map<string, () => void>()
  return {
    started,
    do: (name: string) => () => {
      started.push(name)
      return new Promise<string>((resolve) => finish.set(name, () => resolve(name)))
    },
    finish: async (name: string) => {
      finish.get(name)?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('TenantGate', () => {
  it('lets a tenant do so much at a time, and the rest in order', async () => {
    const gate = new TenantGate({ concurrent: 2, waiting: 9 })
    const { started, do: make, finish } = work()
    for (const name of ['a', 'b', 'c', 'd']) void gate.pass('t', make(name))
    expect(started).toEqual(['a', 'b'])
    await finish('b')
    expect(started).toEqual(['a', 'b', 'c'])
  })

  it('keeps no tenant waiting for another', () => {
    const gate = new TenantGate({ concurrent: 1, waiting: 9 })
    const { started, do: make } = work()
    for (const name of ['a1', 'a2', 'a3']) void gate.pass('a', make(name))
    void gate.pass('b', make('b1'))
    expect(started).toEqual(['a1', 'b1'])
  })

  it('turns away what finds no room, without starting it', async () => {
    const gate = new TenantGate({ concurrent: 1, waiting: 1 })
    const { started, do: make } = work()
    void gate.pass('t', make('a'))
    void gate.pass('t', make('b'))
    expect(await gate.pass('t', make('c'))).toBeUndefined()
    expect(started).toEqual(['a'])
  })

  it('gives the place back when work fails', async () => {
    const gate = new TenantGate({ concurrent: 1, waiting: 0 })
    await expect(gate.pass('t', () => Promise.reject(new Error('x')))).rejects.toThrow('x')
    expect(await gate.pass('t', async () => 'done')).toBe('done')
  })
})
