import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acquireWriterLock, WriterActive } from '../../../src/adapters/writer-lock.ts'
import { scratchFolder } from '../../support/scratch-folder.ts'

describe('the writer lock', () => {
  it('goes to one, and to the next once it is released', async () => {
    const path = join(scratchFolder(), 'lock')
    const lock = await acquireWriterLock(path)
    await expect(acquireWriterLock(path)).rejects.toThrow(WriterActive)
    await lock.release()
    expect(existsSync(path)).toBe(false)
    await (await acquireWriterLock(path)).release()
  })

  it('goes to exactly one of many who take over a dead lock at once', async () => {
    const path = join(scratchFolder(), 'lock')
    writeFileSync(path, JSON.stringify({ pid: deadProcess(), started: '1', boot: bootId() }))
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () => acquireWriterLock(path)),
    )
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(readdirSync(join(path, '..'))).toEqual(['lock'])
  })

  it.each([
    ['a process that ended', () => ({ pid: deadProcess(), started: '1', boot: bootId() })],
    ['a process whose id returned', () => ({ pid: process.pid, started: '1', boot: bootId() })],
    ['an earlier boot of the machine', () => ({ ...ownOwner(), boot: 'an earlier boot' })],
  ])('is taken over from %s', async (_, owner) => {
    const path = join(scratchFolder(), 'lock')
    writeFileSync(path, JSON.stringify(owner()))
    await (await acquireWriterLock(path)).release()
  })

  it.each([
    ['a live process', () => JSON.stringify(ownOwner())],
    ['nobody who can be understood', () => 'not an owner'],
    ['an owner with missing members', () => '{"pid":1}'],
  ])('is not taken from %s', async (_, content) => {
    const path = join(scratchFolder(), 'lock')
    writeFileSync(path, content())
    await expect(acquireWriterLock(path)).rejects.toThrow(WriterActive)
    expect(readFileSync(path, 'utf8')).toBe(content())
  })

  it('leaves a lock alone that is no longer its own', async () => {
    const path = join(scratchFolder(), 'lock')
    const lock = await acquireWriterLock(path)
    writeFileSync(path, 'someone else')
    await lock.release()
    expect(readFileSync(path, 'utf8')).toBe('someone else')
  })
})

function deadProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid
}

function bootId(): string {
  const path = '/proc/sys/kernel/random/boot_id'
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
}

function ownOwner(): { pid: number; started: string; boot: string } {
  const path = `/proc/${process.pid}/stat`
  const stat = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return { pid: process.pid, started, boot: bootId() }
}
