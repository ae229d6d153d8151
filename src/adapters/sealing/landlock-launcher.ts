/**
 * Level 2 without any installed program: a launcher process seals itself with Landlock, a filter and
 * limits, and becomes the worker. With `unshare` it does so in a network of its own.
 */

import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import type { SealOrder } from '../../../sandbox/protocol.ts'
import {
  checkAccount,
  type Launcher,
  type LaunchOrder,
  nodeCommand,
  requireMainThread,
  UNPRIVILEGED,
  WORKER_ENVIRONMENT,
} from '../worker-launch.ts'
import { processLimits } from './process-limits.ts'
import { findRuntimeFiles, type RuntimeFiles } from './runtime-files.ts'
import { hostArchitecture } from './system-calls.ts'
import { NAMESPACES, UNSHARE } from './system-facts.ts'
import { filterDigest, OWN_PID_MARKER, workerFilter } from './worker-filter.ts'

export interface LandlockOptions {
  /** The bundled launcher, `dist/launch-landlock.cjs`, with `koffi` where it can load it. */
  readonly launcherFile: string
  /** Where the bundled worker lies, and the engine with it. */
  readonly workerFile: string
  /** Adds namespaces for network and inter-process communication. */
  readonly withNamespaces: boolean
}

/**
 * What the runtime and the engine ask about their own process and the machine. Not the whole of
 * `/proc/self`: its mounts and its view of the network say much about the host.
 */
const SYSTEM_FILES = [
  '/dev/null',
  ...['cgroup', 'environ', 'maps', 'stat', 'statm', 'status'].map((name) => `/proc/self/${name}`),
  '/proc/meminfo',
  '/sys/devices/system/cpu/online',
  '/sys/fs/cgroup',
]
/** Far more threads than a worker has, shared with whatever else its user runs. */
const MORE_TASKS = 1024

/** @throws {IsolationUnavailable} On a system whose libraries cannot be listed. */
export function createLandlockLauncher(options: LandlockOptions): Launcher {
  const account = process.getuid?.() === 0 ? UNPRIVILEGED : undefined
  const runtime = findRuntimeFiles(options.workerFile)
  const filter = (mayWrite: boolean) =>
    workerFilter({ architecture: hostArchitecture(), mayWrite, ownPid: OWN_PID_MARKER })
  const filters = { reading: filter(false), writing: filter(true) }
  return {
    level: 2,
    mechanism: options.withNamespaces ? 'unshare+landlock' : 'landlock',
    filterDigest: filterDigest(filters.reading),
    account,
    launch(order) {
      requireMainThread()
      const { launcherFile, withNamespaces } = options
      if (account !== undefined)
        checkAccount(account, [process.execPath, launcherFile, order.workerFile, ...order.readable])
      const chosen = order.writable === undefined ? filters.reading : filters.writing
      const sealing = JSON.stringify(sealOrder(order, runtime, chosen))
      const [command = '', ...args] = [
        ...(withNamespaces ? [UNSHARE, ...NAMESPACES] : []),
        process.execPath,
        launcherFile,
        sealing,
      ]
      const child = spawn(command, args, {
        cwd: '/',
        env: {},
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        ...account,
      })
      return { child, line: child.stdio[3] as Duplex }
    },
    close() {
      // Leaves nothing behind.
    },
  }
}

function sealOrder(order: LaunchOrder, runtime: RuntimeFiles, filter: Buffer): SealOrder {
  const real = (paths: readonly string[]) => paths.filter(existsSync).map((p) => realpathSync(p))
  return {
    parent: process.pid,
    limits: processLimits(order),
    moreTasks: MORE_TASKS,
    readable: [
      ...SYSTEM_FILES,
      ...real([order.workerFile, ...runtime.packages, ...order.readable]),
    ],
    executable: real([runtime.node, ...runtime.libraries]),
    writable: order.writable === undefined ? [] : real([order.writable]),
    filter: filter.toString('base64'),
    ownPid: OWN_PID_MARKER,
    command: nodeCommand(runtime.node, order),
    environment: WORKER_ENVIRONMENT,
  }
}
