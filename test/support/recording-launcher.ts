/** A launcher that remembers which process was told what, so that tests see it from outside. */

import type { ChildProcess } from 'node:child_process'
import { createProcessLauncher, type Launcher } from '../../src/adapters/worker-launch.ts'

export interface LaunchedProcess {
  readonly child: ChildProcess
  /** Everything that was sent to it, as text. */
  told: string
  /** Everything that it sent, byte by byte. */
  said: Buffer
  readonly readable: readonly string[]
}

export interface RecordingLauncher extends Launcher {
  readonly launched: LaunchedProcess[]
}

export function createRecordingLauncher(): RecordingLauncher {
  const launcher = createProcessLauncher()
  const launched: LaunchedProcess[] = []
  return {
    ...launcher,
    launched,
    launch(order) {
      const { child, line } = launcher.launch(order)
      const record = { child, told: '', said: Buffer.alloc(0), readable: order.readable }
      launched.push(record)
      const write = line.write.bind(line) as (chunk: Uint8Array) => boolean
      line.write = (chunk: Uint8Array) => {
        record.told += Buffer.from(chunk).toString('latin1')
        return write(chunk)
      }
      line.on('data', (chunk: Buffer) => {
        record.said = Buffer.concat([record.said, chunk])
      })
      return { child, line }
    },
  }
}
