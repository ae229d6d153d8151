/**
 * Goal: no fault of process or disk loses an acknowledged entry, or publishes what is not durable.
 * Method: fifty kills; faults injected into every kind of system call that writes (with strace);
 * a file system that is full. Afterwards the log is opened, compared and verified as published.
 * JOURNAL_KILLS=<n> changes the number of kills.
 */

import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { expectIntact, runAndKill, startChild } from '../support/crash-log.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

const KILLS = Number(process.env['JOURNAL_KILLS'] ?? 50)

it(`survives ${KILLS} times kill -9`, async () => {
  const folder = join(scratchFolder(), 'log')
  const acknowledged = new Map<number, string>()
  for (let round = 0; round < KILLS; round++) {
    const run = await runAndKill(folder, (round * 37) % 200)
    for (const [index, hash] of run.acknowledged) acknowledged.set(index, hash)
    if (round % 10 === 9) await expectIntact(folder, acknowledged)
  }
  expect(acknowledged.size).toBeGreaterThan(KILLS * 10)
  await expectIntact(folder, acknowledged)
})

describe('a fault of the disk', () => {
  const canInject = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']).status === 0

  it.for([
    'fdatasync:error=EIO',
    'fsync:error=EIO',
    'pwrite64:error=ENOSPC',
    'pwrite64:retval=0',
    'rename:error=EIO',
    'unlink:error=EACCES',
    'fdatasync:signal=KILL',
    'pwrite64:signal=KILL',
    'rename:signal=KILL',
  ])('%s, at many places', async (fault, { skip }) => {
    if (!canInject) skip('strace cannot trace here')
    const [call = ''] = fault.split(':')
    const statuses: (number | null)[] = []
    for (const place of [1, 2, 5, 13, 34, 89]) {
      const folder = join(scratchFolder(), 'log')
      const wrapper = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`]
      wrapper.push('-e', `inject=${fault}:when=${place}+`)
      const { run } = startChild({ folder, entries: 4000, wrapper })
      const { acknowledged, status } = await run
      statuses.push(status)
      await expectIntact(folder, acknowledged)
    }
    expect(statuses, 'the fault was met').toSatisfy((all: unknown[]) => all.some((s) => s !== 0))
  })
})

describe('a full disk', () => {
  it('stops the log, loses nothing, and the log goes on once there is room', async ({ skip }) => {
    const scratch = scratchFolder()
    const folder = join(scratch, 'log')
    mkdirSync(join(folder, 'records'), { recursive: true })
    const mounted = mount(join(folder, 'records'), '100k')
    if (!mounted) skip('no file system can be mounted here')
    const { acknowledged, status, output } = await startChild({ folder }).run
    expect(output).toContain('F LogUnavailable')
    expect(status).toBe(70)
    expect(acknowledged.size).toBeGreaterThan(10)
    spawnSync('mount', ['-o', 'remount,size=10m', join(folder, 'records')])
    await expectIntact(folder, acknowledged)
  })

  it('of the published files stops the log too', async ({ skip }) => {
    const folder = join(scratchFolder(), 'log')
    mkdirSync(join(folder, 'public'), { recursive: true })
    if (!mount(join(folder, 'public'), '300k')) skip('no file system can be mounted here')
    const { acknowledged, output } = await startChild({ folder }).run
    expect(output).toContain('F LogUnavailable')
    spawnSync('mount', ['-o', 'remount,size=100m', join(folder, 'public')])
    await expectIntact(folder, acknowledged)
  })
})

/** Mounts a tiny file system for one test. */
function mount(place: string, size: string): boolean {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', place])
  if (mounted.status !== 0) return false
  onTestFinished(() => {
    spawnSync('umount', [place])
  })
  return true
}
