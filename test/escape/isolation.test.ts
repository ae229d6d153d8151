/**
 * Goal: a level of isolation is what a canary met, and a worker is started as its level says.
 *
 * Method: the real self-test, launchers that promise more than they keep, and a look at a running
 * worker from outside.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proveIsolation } from '../../src/adapters/prove-isolation.ts'
import { startWorker } from '../../src/adapters/start-worker.ts'
import {
  createProcessLauncher,
  IsolationUnavailable,
  isReadableBy,
  type Launcher,
} from '../../src/adapters/worker-launch.ts'
import type { WorkerProcess } from '../../src/adapters/worker-process.ts'
import { createTown, type Town, WORKER_FILE } from '../support/dataset.ts'

const ENVIRONMENT = { GLOVEBOX_TEST_SECRET: 'hunter2-hunter2-hunter2-hunter2-hunter2' }
const LIMITS = {
  startMs: 20_000,
  wallMs: 1000,
  idleMs: 1000,
  outputBytes: 1 << 20,
  cpuSeconds: 60,
}
const isRoot = process.getuid?.() === 0

let launcher: Launcher
let town: Town

beforeAll(async () => {
  launcher = createProcessLauncher()
  town = await createTown(launcher)
})

afterAll(() => town.close())

describe('proveIsolation', () => {
  it('reports what level 1 stops and what it does not', async () => {
    const report = await proveIsolation({ launcher, workerFile: WORKER_FILE }, ENVIRONMENT)
    expect(report).toMatchObject({
      level: 1,
      mechanism: 'process',
      separateUid: isRoot,
      filterDigest: '',
      checks: {
        engine_read_file: 'pass',
        engine_write_file: 'pass',
        engine_attach_file: 'pass',
        engine_load_extension: 'pass',
        engine_change_settings: 'pass',
        inherit_environment: 'pass',
        write_snapshot: isRoot ? 'pass' : 'gap',
        signal_gateway: isRoot ? 'pass' : 'gap',
        connect_network: 'gap',
      },
    })
    expect(report.gaps).toContain('a worker can open network connections')
    expect(report.gaps).not.toContain('SQL can read files')
  })

  it('refuses a launcher that lets the environment through', async () => {
    const leaky: Launcher = {
      ...launcher,
      launch({ workerFile }) {
        const child = spawn(process.execPath, [workerFile], {
          env: ENVIRONMENT,
          stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        })
        return { child, line: child.stdio[3] as Duplex }
      },
    }
    const proof = proveIsolation({ launcher: leaky, workerFile: WORKER_FILE }, ENVIRONMENT)
    await expect(proof).rejects.toThrow("a worker inherits the gateway's environment")
  })

  it('refuses a level that the canary walks out of', async () => {
    const proud: Launcher = { ...launcher, level: 3, mechanism: 'bwrap' }
    const proof = proveIsolation({ launcher: proud, workerFile: WORKER_FILE }, ENVIRONMENT)
    await expect(proof).rejects.toThrow(IsolationUnavailable)
  })
})

describe.runIf(existsSync('/proc'))('a running worker', () => {
  let worker: WorkerProcess

  beforeAll(async () => {
    const opening = { kind: 'parser', path: '', threads: 1, memoryMiB: 256 } as const
    worker = startWorker({ launcher, workerFile: WORKER_FILE }, opening, LIMITS)
    expect(await worker.ready).toMatchObject({ ok: true })
  })

  afterAll(() => worker.stop())

  const read = (name: string) => readFileSync(`/proc/${worker.pid}/${name}`, 'latin1')

  it.runIf(isRoot)('has a user and a group of its own, and no others', () => {
    expect(read('status')).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
    expect(read('status')).toMatch(/^Gid:\t65534\t65534\t65534\t65534$/m)
    expect(read('status')).toMatch(/^Groups:\t\s*$/m)
  })

  it('knows three settings and nothing of our environment', () => {
    const settings = read('environ').split('\0').filter(Boolean)
    expect(settings.toSorted()).toEqual(['OPENSSL_CONF=/dev/null', 'TZ=UTC', 'UV_USE_IO_URING=0'])
  })

  it('can gain no privileges, dump no core and open few files', () => {
    expect(read('status')).toMatch(/^NoNewPrivs:\t1$/m)
    expect(read('limits')).toMatch(/^Max core file size +1 +1 /m)
    expect(read('limits')).toMatch(/^Max open files +256 +256 /m)
    expect(read('limits')).toMatch(/^Max data size +13\d+ /m)
  })
})

describe('a thread other than the main one', () => {
  it('starts no worker, because that would end with the thread', async () => {
    const module = new URL('../../dist/src/adapters/worker-launch.js', import.meta.url).href
    const code = `import('${module}').then(({ createProcessLauncher }) => {
      const launcher = createProcessLauncher()
      try {
        launcher.launch({ workerFile: '${WORKER_FILE}', memoryMiB: 64, cpuSeconds: 1, readable: [] })
      } catch (error) {
        require('node:worker_threads').parentPort.postMessage(error.message)
      }
      launcher.close()
    })`
    const [message] = await once(new Worker(code, { eval: true }), 'message')
    expect(message).toContain('main thread')
  })
})

describe.runIf(isRoot)('a gateway that runs as root', () => {
  const order = { workerFile: WORKER_FILE, memoryMiB: 256, cpuSeconds: 60, readable: [] }

  it('never starts a worker as root', () => {
    const asRoot = createProcessLauncher({ uid: 0, gid: 0 })
    expect(() => asRoot.launch(order)).toThrow(IsolationUnavailable)
    asRoot.close()
  })

  it('does not start a worker that could not read its snapshot', () => {
    const path = town.write('closed', 'x')
    chmodSync(path, 0o600)
    expect(() => launcher.launch({ ...order, readable: [path] })).toThrow('closed cannot be read')
  })

  it('knows what another user may read', () => {
    const path = town.write('open', 'x')
    const nobody = { uid: 65534, gid: 65534 }
    expect(isReadableBy(path, nobody)).toBe(true)
    chmodSync(town.folder, 0o700)
    expect(isReadableBy(path, nobody)).toBe(false)
    chmodSync(town.folder, 0o711)
    expect(isReadableBy(`${path}.absent`, nobody)).toBe(false)
  })
})
