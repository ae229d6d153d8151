/** Goal: what a killed wrapper leaves behind neither lives on nor keeps the gateway alive. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { expect, it } from 'vitest'
import { WorkerProcess } from '../../../src/adapters/worker-process.ts'
import { temporaryFolder } from '../../support/state.ts'

it('ends the line of a worker whose wrapper is gone', async () => {
  const ended = join(temporaryFolder('leftover'), 'ended')
  // The wrapper ends at once; what it started holds the line until the line ends.
  const wrapper = `(cat <&3 >/dev/null; : > '${ended}') & exit 0`
  const child = spawn('/bin/sh', ['-c', wrapper], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  const line = child.stdio[3] as Duplex
  const opening = { kind: 'parser', threads: 1, memoryMiB: 64, path: '' } as const
  const limits = {
    startMs: 10_000,
    wallMs: 10_000,
    idleMs: 10_000,
    outputBytes: 1024,
    cpuSeconds: 10,
  }
  const worker = new WorkerProcess({ child, line }, opening, limits)
  await once(child, 'exit')
  await worker.stop()
  expect(line.destroyed).toBe(true)
  expect(child.stderr?.destroyed).toBe(true)
  for (let turn = 0; turn < 200 && !existsSync(ended); turn++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  expect(existsSync(ended)).toBe(true)
})
