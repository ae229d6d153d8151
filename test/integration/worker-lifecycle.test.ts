import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeOrder, WorkerProcess } from '../../src/adapters/worker-process.ts'
import { reveal } from '../../src/model/confidential.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { WorkControl, Workers } from '../../src/pipeline/ports.ts'
import { createTown, type Town, WORKER_FILE } from '../support/dataset.ts'
import { createRecordingLauncher, type LaunchedProcess } from '../support/recording-launcher.ts'

const GATEWAY = join(import.meta.dirname, '../support/doomed-gateway.ts')
const ENDLESS = 'SELECT count(*) FROM wages a, wages b, wages c, wages d WHERE a.amount > b.amount'

const launcher = createRecordingLauncher()
let town: Town
let snapshot: Snapshot
let workers: Workers

beforeAll(async () => {
  town = await createTown(launcher)
  ;({ workers, snapshot } = await town.open({ maximumWorkers: 2, maximumWaiting: 3 }))
})

afterAll(() => town.close())

function compute(tenant: string, sql: string, control?: WorkControl, of = workers) {
  const work = {
    snapshot,
    tenant,
    minimumIsolation: 1,
    tables: ['people', 'wages'],
    queries: [sql],
    salt: '',
    maximumRows: 10,
  }
  return of.computeCells(work, control)
}

describe.runIf(existsSync('/proc'))('when the gateway is killed', () => {
  it.each(['process', 'bare'])(
    'its workers end within a second, idle and busy: %s',
    async (how) => {
      const gateway = spawn(
        process.execPath,
        ['--import', 'tsx', GATEWAY, town.snapshots.databaseFile(snapshot), how, WORKER_FILE],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      const pids = await new Promise<readonly number[]>((resolve) => {
        gateway.stdout.once('data', (line: Buffer) =>
          resolve(line.toString().split(' ').map(Number)),
        )
      })
      expect(pids.map(isRunning)).toEqual([true, true])
      gateway.kill('SIGKILL')
      await waitFor(() => !pids.some(isRunning), 1000)
      expect(pids.map(isRunning)).toEqual([false, false])
    },
    20_000,
  )
})

describe('vault workers', () => {
  it('never serve a second tenant, and are evicted rather than reused', async () => {
    const tenants = ['anna', 'bert', 'carl', 'anna', 'dora', 'bert']
    for (const tenant of tenants)
      expect(await compute(tenant, `SELECT count(*) AS ${tenant} FROM people`)).toMatchObject({
        ok: true,
      })
    const served = launcher.launched.map(({ told }) =>
      [...new Set(tenants)].filter((tenant) => told.includes(`AS ${tenant} `)),
    )
    expect(served.filter((names) => names.length > 1)).toEqual([])
    expect(served.flat().toSorted()).toEqual(['anna', 'anna', 'bert', 'bert', 'carl', 'dora'])
    // Two belong to tenants, one is the spare.
    expect(vaults().length).toBeLessThanOrEqual(3)
  })

  it('serve one tenant again and again', async () => {
    for (const column of ['once', 'twice'])
      await compute('emil', `SELECT count(*) AS ${column} FROM people`)
    const served = launcher.launched.filter(({ told }) => told.includes('AS twice'))
    expect(served).toHaveLength(1)
    expect(served[0]?.told).toContain('AS once')
  })

  it('refuse a queue that grows too long, and then work it off', async () => {
    const stop = new AbortController()
    const running = ['x', 'y'].map((tenant) => compute(tenant, ENDLESS, { signal: stop.signal }))
    const waiting = ['x1', 'x2', 'z1'].map(async (name) => {
      const answer = await compute(name.charAt(0), `SELECT count(*) AS ${name} FROM people`)
      return answer.ok
    })
    expect(await compute('z', 'SELECT 1 AS n')).toEqual({ ok: false, failure: 'busy' })
    stop.abort()
    await Promise.all(running)
    expect(await Promise.all(waiting)).toEqual([true, true, true])
  })

  it('that die idle are replaced', async () => {
    expect((await compute('a', 'SELECT count(*) AS n FROM people')).ok).toBe(true)
    for (const { child } of vaults()) child.kill('SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await compute('a', 'SELECT count(*) AS n FROM people')).ok).toBe(true)
  })

  it('that die at work fail that work only', async () => {
    const answer = compute('a', ENDLESS)
    await new Promise((resolve) => setTimeout(resolve, 200))
    vaults()
      .find(({ told }) => told.includes(ENDLESS))
      ?.child.kill('SIGKILL')
    expect(await answer).toEqual({ ok: false, failure: 'crash' })
    expect((await compute('a', 'SELECT count(*) AS n FROM people')).ok).toBe(true)
  })

  it('give the same bytes whatever the number of threads', async () => {
    const sql = `SELECT employer AS k0, count(DISTINCT __unit_person) AS units, count(*) AS rows,
      sum(CAST(round(amount * 100) AS BIGINT)) AS s FROM wages GROUP BY 1 ORDER BY 1`
    const answers: string[] = []
    for (const threads of [1, 2, 4]) {
      const { workers: own } = await town.open({ threads })
      const work = {
        snapshot,
        tenant: 't',
        minimumIsolation: 1,
        tables: ['people', 'wages'],
        salt: '',
        maximumRows: 100,
      }
      const answer = await own.computeCells({ ...work, queries: [sql] })
      answers.push(answer.ok ? JSON.stringify(reveal(answer.value)) : answer.failure)
      await own.close()
    }
    expect(answers[0]).toContain('"e0"')
    expect(new Set(answers).size).toBe(1)
  })

  it('end when the adapter is closed, and with them whatever waits', async () => {
    const { workers: own } = await town.open()
    const answer = compute('a', ENDLESS, undefined, own)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await own.close()
    expect(await answer).toEqual({ ok: false, failure: 'cancelled' })
    expect(await compute('a', 'SELECT 1 AS n', undefined, own)).toMatchObject({ ok: false })
  })
})

describe('a worker', () => {
  it('speaks over standard input and output where no other descriptor passes', async () => {
    const child = spawn(process.execPath, [WORKER_FILE, 'stdio'], { env: {} })
    const line = Duplex.from({ readable: child.stdout, writable: child.stdin })
    const opening = { kind: 'parser', path: '', threads: 1, memoryMiB: 256 } as const
    const limits = {
      startMs: 20_000,
      wallMs: 5000,
      idleMs: 5000,
      outputBytes: 1 << 20,
      cpuSeconds: 60,
    }
    const worker = new WorkerProcess({ child, line }, opening, limits)
    const expected = { tables: 0, rows: 0, isText: true }
    const order = encodeOrder({ task: 'parse', parts: 1 }, [Buffer.from('SELECT 1')], expected)
    expect(await worker.run(order)).toMatchObject({ ok: true })
    await worker.stop()
  })

  it('is cancelled even before it is ready', async () => {
    const { workers: own } = await town.open()
    const control = { signal: AbortSignal.timeout(30) }
    const start = performance.now()
    const answer = await compute('early', 'SELECT count(*) AS n FROM people', control, own)
    expect(answer).toEqual({ ok: false, failure: 'cancelled' })
    expect(performance.now() - start).toBeLessThan(200)
    await own.close()
  })
})

/** Living workers that were given the snapshot. */
function vaults(): readonly LaunchedProcess[] {
  const file = town.snapshots.databaseFile(snapshot)
  return launcher.launched.filter(
    ({ child, readable }) => readable.includes(file) && isRunning(child.pid ?? 0),
  )
}

/** A process that ended but was not collected by its parent no longer runs. */
function isRunning(pid: number): boolean {
  try {
    const [, state] = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return state !== 'Z' && state !== 'X'
  } catch {
    return false
  }
}

async function waitFor(holds: () => boolean, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs
  while (!holds() && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 10))
}
