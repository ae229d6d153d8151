/** Sets up what a worker must not reach, and runs one probe after the other against it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import type { Launcher } from '../../src/adapters/worker-launch.ts'
import type { Stage } from '../escape/probes/probe.ts'
import { required } from './required.ts'
import { createScratch } from './scratch.ts'

/** `open` where the attempt worked; `tripwire` where the kernel ended the worker for it. */
export type Outcome = 'open' | 'tripwire' | 'killed' | `blocked: ${string}`

export interface EscapeStage {
  run(launcher: Launcher, probe: string): Promise<Outcome>
  /** Runs many, a few at a time. */
  runAll(launcher: Launcher, probes: readonly string[]): Promise<Readonly<Record<string, Outcome>>>
  close(): void
}

const ROOT = join(import.meta.dirname, '../..')
/** Beside the worker, so that what it loads is found. */
const PROGRAM = join(ROOT, 'dist/probe-program.cjs')
const PATIENCE_MS = 20_000
const AT_ONCE = 3

/** @param account Of the workers, where it is not our own: everything on stage is theirs. */
export async function openEscapeStage(account: Launcher['account']): Promise<EscapeStage> {
  buildSync({
    entryPoints: [join(ROOT, 'test/escape/probes/probe-program.ts')],
    outfile: PROGRAM,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['koffi'],
    logLevel: 'warning',
  })
  const scratch = createScratch()
  const own = (path: string) => {
    if (account !== undefined) chownSync(path, account.uid, account.gid)
  }
  chmodSync(scratch.folder, 0o777)
  const victim = spawn(process.execPath, ['-e', VICTIM, join(scratch.folder, 'socket')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { GLOVEBOX_TEST_SECRET: 'hunter2' },
    cwd: '/',
    ...account,
  })
  const [facts] = (await once(required(victim.stdout ?? undefined), 'data')) as [Buffer]
  const shared = {
    ...(JSON.parse(facts.toString()) as Partial<Stage>),
    victim: victim.pid ?? 0,
    hostname: hostname(),
    workerFile: PROGRAM,
  }
  let count = 0
  const run = async (launcher: Launcher, probe: string) => {
    const folder = join(scratch.folder, String(++count))
    const stage = { ...shared, ...lay(folder, own) } as Stage
    return await play(launcher, probe, stage)
  }
  return {
    run,
    async runAll(launcher, probes) {
      const waiting = [...probes]
      const outcomes: Record<string, Outcome> = {}
      const work = async () => {
        for (let probe = waiting.pop(); probe !== undefined; probe = waiting.pop())
          outcomes[probe] = await run(launcher, probe)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
      return outcomes
    },
    close() {
      victim.kill('SIGKILL')
      scratch.remove()
    },
  }
}

/** Files of its own for every probe, because some probes do destroy them. */
function lay(folder: string, own: (path: string) => void): Partial<Stage> {
  const outsideFolder = `${folder}-outside`
  const [outside, snapshot] = [join(outsideFolder, 'secret'), join(folder, 'data')]
  for (const path of [folder, outsideFolder]) {
    mkdirSync(path)
    own(path)
  }
  for (const path of [outside, snapshot]) {
    writeFileSync(path, "'secret'", { mode: 0o600 })
    own(path)
  }
  return { outside, outsideFolder, snapshot, snapshotFolder: folder }
}

async function play(launcher: Launcher, name: string, stage: Stage): Promise<Outcome> {
  const { child, line } = launcher.launch({
    workerFile: PROGRAM,
    memoryMiB: 64,
    cpuSeconds: 10,
    readable: [stage.snapshot, ...koffiFolders()],
  })
  child.stderr?.resume()
  let answer = ''
  line.on('data', (bytes: Buffer) => {
    answer += bytes.toString()
  })
  line.on('error', () => undefined)
  line.write(JSON.stringify({ name, stage }))
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  const exit = await exitOf(child)
  clearTimeout(timer)
  if (answer !== '') return answer.trim() as Outcome
  if (exit.signal === 'SIGSYS' || exit.code === 159) return 'tripwire'
  // It became another program, and that ended well.
  return exit.code === 0 ? 'open' : 'killed'
}

/** Once its output is read to the end, too. */
async function exitOf(child: ChildProcess): Promise<{ code: unknown; signal: unknown }> {
  const [code, signal] = (await once(child, 'close')) as unknown[]
  return { code, signal }
}

function koffiFolders(): readonly string[] {
  return ['koffi', '@koromix'].map((name) => join(ROOT, 'node_modules', name)).filter(existsSync)
}

/** A process of the workers' user that listens in every way and holds a secret. */
const VICTIM = `
const net = require('node:net')
const dgram = require('node:dgram')
const servers = [0, 1, 2, 3].map(() => net.createServer())
const abstractSocket = 'glovebox-victim-' + process.pid
const udp = dgram.createSocket('udp4')
const listen = (server, ...where) => new Promise((resolve) => server.listen(...where, resolve))
const ready = [
  listen(servers[0], 0, '127.0.0.1'),
  Promise.race([listen(servers[1], 0, '::1'), new Promise((resolve) => servers[1].on('error', resolve))]),
  listen(servers[2], process.argv[1]),
  listen(servers[3], '\\0' + abstractSocket),
  new Promise((resolve) => udp.bind(0, '127.0.0.1', resolve)),
]
Promise.all(ready).then(() => {
  for (const server of servers) server.on('connection', (socket) => socket.destroy())
  console.log(JSON.stringify({
    tcpPort: servers[0].address().port,
    tcp6Port: servers[1].address()?.port ?? 0,
    udpPort: udp.address().port,
    socket: process.argv[1],
    abstractSocket,
  }))
})
`
