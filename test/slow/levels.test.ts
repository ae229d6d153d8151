/**
 * Goal: at every level that this system offers, a worker does its work, is sealed as the level says,
 * and says how it ended.
 *
 * Method: the real loader, vault and post workers under each launcher, and a look from outside.
 */

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proveIsolation } from '../../src/adapters/prove-isolation.ts'
import { startWorker } from '../../src/adapters/start-worker.ts'
import type { Launcher } from '../../src/adapters/worker-launch.ts'
import { encodeOrder, type WorkerProcess } from '../../src/adapters/worker-process.ts'
import { reveal } from '../../src/model/confidential.ts'
import { createTown, type Town, WORKER_FILE } from '../support/dataset.ts'
import { CANDIDATES, SEALED, UNTESTED } from '../support/launchers.ts'
import { createScratch } from '../support/scratch.ts'

const GATEWAY = join(import.meta.dirname, '../support/doomed-gateway.ts')
const LIMITS = {
  startMs: 20_000,
  wallMs: 20_000,
  idleMs: 20_000,
  outputBytes: 1 << 20,
  cpuSeconds: 60,
}
const NOTHING = { tables: 0, rows: 0, isText: true }
const LEVELS = { none: 0, process: 1, landlock: 2, 'unshare+landlock': 2, bwrap: 3, wrapper: 4 }

it.runIf(UNTESTED.length > 0).each(UNTESTED)('%s is not offered by this system', (_mechanism) => {
  expect(UNTESTED.length).toBeGreaterThan(0)
})

describe.each(CANDIDATES)('$mechanism', ({ mechanism, create }) => {
  let launcher: Launcher
  let town: Town

  beforeAll(async () => {
    launcher = create()
    town = await createTown(launcher)
  })

  afterAll(() => town.close())

  it('keeps what its level promises', async () => {
    const program = { launcher, workerFile: WORKER_FILE }
    const environment = { TEST_SECRET: 'hunter2-hunter2-hunter2-hunter2-hunter2-hunter2' }
    const report = await proveIsolation(program, environment)
    expect(report).toMatchObject({ level: LEVELS[mechanism], mechanism })
    expect(Object.values(report.checks)).not.toContain('fail')
  })

  it('loads, computes and posts', async () => {
    const { workers, snapshot } = await town.open()
    const answer = await workers.computeCells({
      snapshot,
      tenant: 't',
      minimumIsolation: 1,
      tables: ['people'],
      queries: ['SELECT count(*) AS n FROM people'],
      salt: '',
      maximumRows: 10,
    })
    expect(answer.ok && reveal(answer.value)[0]?.rows).toEqual([['200']])
    const posted = await workers.postProcess({
      tenant: 't',
      minimumIsolation: 1,
      tables: [{ name: 'r', columns: [{ name: 'n', type: 'BIGINT' }], rows: [['7'], ['8']] }],
      sql: 'SELECT sum(n) AS total FROM r',
      maximumRows: 10,
    })
    expect(posted.ok && posted.value.rows).toEqual([['15']])
  })

  it('ends with the gateway, idle, busy or stubborn, within a second', async () => {
    const { snapshot } = await town.open()
    const database = town.snapshots.databaseFile(snapshot)
    const args = ['--import', 'tsx', GATEWAY, database, mechanism, WORKER_FILE]
    const gateway = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const pids = await new Promise<readonly number[]>((resolve) => {
      gateway.stdout.once('data', (line: Buffer) => {
        resolve(line.toString().split(' ').map(Number))
      })
    })
    const all = [...pids, ...pids.flatMap(descendants)]
    gateway.kill('SIGKILL')
    await waitFor(() => !all.some(isRunning), 1000)
    expect(all.filter(isRunning)).toEqual([])
  }, 20_000)
})

describe.each(SEALED)('a rogue worker under $mechanism', ({ create }) => {
  const scratch = createScratch()
  let launcher: Launcher
  let workerFile: string

  beforeAll(() => {
    launcher = create()
    workerFile = join(scratch.folder, 'rogue.cjs')
    writeFileSync(workerFile, ROGUE)
  })

  afterAll(() => {
    launcher.close()
    scratch.remove()
  })

  function start(limits = LIMITS): WorkerProcess {
    const opening = { kind: 'parser', path: '', threads: 1, memoryMiB: 64 } as const
    return startWorker({ launcher, workerFile }, opening, limits)
  }

  async function run(deed: string, limits = LIMITS): Promise<unknown> {
    const worker = start(limits)
    const answer = await worker.run(
      encodeOrder({ task: 'parse', parts: 1 }, [Buffer.from(deed)], NOTHING),
    )
    await worker.stop()
    return answer.ok ? Buffer.from(answer.value.text).toString() : answer.failure
  }

  it('can end itself, and its abort is told apart', async () => {
    expect(await run('process.kill(process.pid, "SIGKILL")')).toBe('crash')
    expect(await run('process.abort()')).toBe('out_of_memory')
  })

  it('is stopped by its share of processor time, and that is said', async () => {
    expect(await run('for (;;);', { ...LIMITS, cpuSeconds: 1 })).toBe('cpu_limit')
  })

  it('runs out of memory, and only its own', async () => {
    const bomb = 'const all = []; for (;;) all.push(Buffer.alloc(64 << 20, 1))'
    expect(['out_of_memory', 'crash']).toContain(await run(bomb))
  })

  it('sees three settings, and nothing that anyone above it was started with', async () => {
    const seen = await run('say(Object.keys(process.env).sort().join())')
    expect(String(seen).replace(',PWD', '')).toBe('OPENSSL_CONF,TZ,UV_USE_IO_URING')
    const above = 'say([process.ppid, 1].map((pid) => look(`/proc/` + pid + `/environ`)).join())'
    expect(await run(above)).toBe('no,no')
  })

  it('starts with a core limit that feeds no core handler, and may write no file', async () => {
    const { core_file_size_blocks: core, file_size_blocks: files } = JSON.parse(
      String(await run('say(JSON.stringify(process.report.getReport().userLimits))')),
    )
    // In blocks; the limit of one byte is tested where the process can be seen.
    expect(core).toEqual({ soft: 1, hard: 1 })
    expect(files).toEqual({ soft: 0, hard: 0 })
  })

  it('holds no file of the gateway open', async () => {
    const links =
      'fs.readdirSync("/proc/self/fd").map((fd) => fs.readlinkSync("/proc/self/fd/" + fd))'
    const seen = String(await run(`let all = []; try { all = ${links} } catch {} say(all.join())`))
    expect(seen).not.toMatch(/glovebox-|\.ts|\.duckdb/)
  })
})

/** Speaks the protocol well enough to be given an order, and does it. */
const ROGUE = `
const fs = require('node:fs')
const net = require('node:net')
const line = new net.Socket({ fd: 3, readable: true, writable: true })
line.on('end', () => process.kill(process.pid, 'SIGKILL')).on('error', () => undefined)
const send = (type, text) => {
  const bytes = Buffer.from(text)
  const head = Buffer.alloc(5)
  head.writeUInt32LE(bytes.length, 0)
  head.writeUInt8(type, 4)
  line.write(Buffer.concat([head, bytes]))
}
globalThis.fs = fs
globalThis.look = (path) => { try { return fs.readFileSync(path, 'latin1') } catch { return 'no' } }
globalThis.say = (text) => { send(20, String(text)); send(21, '{}') }
let received = Buffer.alloc(0)
line.on('data', (chunk) => {
  received = Buffer.concat([received, chunk])
  while (received.length >= 5 && received.length >= 5 + received.readUInt32LE(0)) {
    const type = received.readUInt8(4)
    const payload = received.subarray(5, 5 + received.readUInt32LE(0))
    received = received.subarray(5 + payload.length)
    if (type === 1) send(16, JSON.stringify({ engine: 'rogue' }))
    if (type === 3) (0, eval)(payload.toString())
  }
})
`

function isRunning(pid: number): boolean {
  try {
    const [, state] = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return state !== 'Z' && state !== 'X'
  } catch {
    return false
  }
}

/** Wrappers stand between the gateway and its workers. */
function descendants(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    const children = text.split(' ').filter(Boolean).map(Number)
    return [...children, ...children.flatMap(descendants)]
  } catch {
    return []
  }
}

async function waitFor(holds: () => boolean, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs
  while (!holds() && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 10))
}
