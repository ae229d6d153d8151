/**
 * A gateway to be killed: starts one idle and one busy worker, prints their process ids and waits.
 * Arguments: a database file; a mechanism, or `bare` for no wrappers; the worker file.
 */

import { spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import type { LaunchedWorker } from '../../src/adapters/worker-launch.ts'
import { encodeOrder, WorkerProcess } from '../../src/adapters/worker-process.ts'
import { CANDIDATES } from './launchers.ts'

const [database = '', how, workerFile = ''] = process.argv.slice(2)

const LIMITS = {
  startMs: 30_000,
  wallMs: 600_000,
  idleMs: 600_000,
  outputBytes: 1 << 20,
  cpuSeconds: 600,
}
const ENDLESS = 'SELECT count(*) FROM wages a, wages b, wages c, wages d WHERE a.amount > b.amount'

const launcher = CANDIDATES.find(({ mechanism }) => mechanism === how)?.create()

function launchBare(): LaunchedWorker {
  const child = spawn(process.execPath, [workerFile], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: {},
  })
  return { child, line: child.stdio[3] as Duplex }
}

function start(): WorkerProcess {
  const order = { workerFile, memoryMiB: 256, cpuSeconds: LIMITS.cpuSeconds, readable: [database] }
  const launched = launcher === undefined ? launchBare() : launcher.launch(order)
  const opening = { kind: 'vault', path: database, threads: 2, memoryMiB: 256 } as const
  return new WorkerProcess(launched, opening, LIMITS)
}

const idle = start()
const busy = start()
await Promise.all([idle.ready, busy.ready])
const order = { task: 'compute', parts: 1, tables: ['wages'], salt: '', maximumRows: 1 } as const
const expected = { tables: 1, rows: 1, isText: false }
void busy.run(encodeOrder(order, [Buffer.from(ENDLESS)], expected))
setTimeout(() => process.stdout.write(`${idle.pid} ${busy.pid}\n`), 500)
