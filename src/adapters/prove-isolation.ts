/**
 * Finds out what a launcher really isolates: a canary worker tries to get out, and the report says
 * what stopped it. A level that does not stop what it must is not available.
 */

import { randomBytes } from 'node:crypto'
import { chmod, chown, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { release } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { CanaryTask } from '../../sandbox/protocol.ts'
import type { IsolationReport } from '../model/isolation.ts'
import { startWorker, type WorkerProgram } from './start-worker.ts'
import { makeTemporaryFolder } from './temporary-folders.ts'
import { type Account, IsolationUnavailable } from './worker-launch.ts'
import { encodeOrder } from './worker-process.ts'

/** What each attempt would mean, as the receipt words it where nothing stops it. */
const GAPS: Readonly<Record<string, string>> = {
  read_other_file: 'a worker can read other files that its user may read',
  stat_other_file: 'a worker can see names and sizes of other files',
  write_snapshot: 'a worker can change the snapshot',
  create_file: 'a worker can create files',
  signal_gateway: 'a worker can signal the gateway',
  read_gateway_environment: "a worker can read the gateway's environment",
  inherit_environment: "a worker inherits the gateway's environment",
  start_process: 'a worker can start processes',
  connect_network: 'a worker can open network connections',
  engine_read_file: 'SQL can read files',
  engine_write_file: 'SQL can write files',
  engine_attach_file: 'SQL can attach databases',
  engine_load_extension: 'SQL can load extensions',
  engine_change_settings: 'SQL can change settings',
}

const ENGINE = [
  'engine_read_file',
  'engine_write_file',
  'engine_attach_file',
  'engine_load_extension',
  'engine_change_settings',
]
const OWN_PROCESS = [...ENGINE, 'inherit_environment']
const LANDLOCK = [
  ...OWN_PROCESS,
  'read_other_file',
  'write_snapshot',
  'create_file',
  'signal_gateway',
  'read_gateway_environment',
  'start_process',
  'connect_network',
]
/** What each level must stop. */
const REQUIRED: Readonly<Record<IsolationReport['level'], readonly string[]>> = {
  0: [],
  1: OWN_PROCESS,
  2: LANDLOCK,
  3: [...LANDLOCK, 'stat_other_file'],
  4: [...LANDLOCK, 'stat_other_file'],
}

/** What no check can show, because nothing at that level stops it. */
const STANDING_GAPS: Readonly<Record<IsolationReport['level'], readonly string[]>> = {
  0: ['workers share the process of the gateway'],
  1: ['a worker that is taken over may do whatever its user may'],
  2: [
    'a worker can see the name of the host',
    "a worker's threads count together with all others of its user",
    'workers share the kernel of the host',
  ],
  3: ['workers share the kernel of the host'],
  4: [],
}

const LIMITS = {
  startMs: 20_000,
  wallMs: 20_000,
  idleMs: 20_000,
  outputBytes: 1024 * 1024,
  cpuSeconds: 60,
}

/** @throws {IsolationUnavailable} Where the canary did not run, or got through a wall of its level. */
export async function proveIsolation(
  program: WorkerProgram,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<IsolationReport> {
  const { level, mechanism, account } = program.launcher
  const stopped = await runCanary(program, environment)
  const verdicts = Object.keys(GAPS).map((name) => {
    const isRequired = REQUIRED[level].includes(name)
    return [name, stopped[name] === true ? 'pass' : isRequired ? 'fail' : 'gap'] as const
  })
  const broken = verdicts.find(([, verdict]) => verdict === 'fail')
  if (broken !== undefined)
    throw new IsolationUnavailable(`level ${level}: ${GAPS[broken[0]] ?? broken[0]}`)
  return {
    level,
    mechanism,
    checks: Object.fromEntries(verdicts),
    gaps: [
      ...verdicts.flatMap(([name, verdict]) => (verdict === 'gap' ? [GAPS[name] ?? name] : [])),
      ...STANDING_GAPS[level],
    ],
    kernel: release(),
    filterDigest: program.launcher.filterDigest,
    separateUid: account !== undefined,
  }
}

async function runCanary(
  program: WorkerProgram,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, boolean>>> {
  const folder = makeTemporaryFolder('canary')
  const server = createServer((socket) => socket.destroy())
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const task = {
      ...(await layBait(folder, program.launcher.account)),
      secret: longest(environment),
      port,
    }
    const opening = { kind: 'canary', path: '', threads: 1, memoryMiB: 256 } as const
    const canary = startWorker(program, opening, LIMITS, [task.snapshot])
    try {
      const expected = { tables: 0, rows: 0, isText: true }
      const part = Buffer.from(JSON.stringify(task))
      const answer = await canary.run(encodeOrder({ task: 'escape', parts: 1 }, [part], expected))
      if (!answer.ok) throw new IsolationUnavailable(`the self-test ended with ${answer.failure}`)
      const report: unknown = JSON.parse(Buffer.from(answer.value.text).toString('utf8'))
      return z.record(z.string(), z.boolean()).parse(report)
    } finally {
      await canary.stop()
    }
  } finally {
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The bait is open to everyone, so that only isolation can be what stops the canary. */
async function layBait(
  folder: string,
  account: Account | undefined,
): Promise<Pick<CanaryTask, 'file' | 'snapshot' | 'scratch' | 'node'>> {
  await chmod(folder, 0o777)
  const file = join(folder, 'file')
  const snapshot = join(folder, 'snapshot')
  await writeFile(file, randomBytes(16).toString('hex'), { mode: 0o644 })
  await writeFile(snapshot, '', { mode: 0o440 })
  if (account !== undefined) await chown(snapshot, 0, account.gid)
  return { file, snapshot, scratch: folder, node: process.execPath }
}

/** The value least likely to appear in a worker's environment by chance. */
function longest(environment: Readonly<Record<string, string | undefined>>): string {
  const values = Object.entries(environment).map(([name, value]) => `${name}=${value ?? ''}`)
  return values.toSorted((a, b) => b.length - a.length)[0] ?? 'no environment'
}
