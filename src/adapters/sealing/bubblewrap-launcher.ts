/**
 * Level 3: a worker in namespaces of its own, in a file system that holds nothing but its files, with
 * the system-call filter on top. Needs `bubblewrap` and a kernel that lets anyone make namespaces.
 */

import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { makeTemporaryFolder } from '../temporary-folders.ts'
import {
  checkAccount,
  type Launcher,
  type LaunchOrder,
  nodeCommand,
  PRLIMIT,
  requireMainThread,
  UNPRIVILEGED,
  WORKER_ENVIRONMENT,
} from '../worker-launch.ts'
import { prlimitArguments, processLimits } from './process-limits.ts'
import { findRuntimeFiles, type RuntimeFiles } from './runtime-files.ts'
import { hostArchitecture } from './system-calls.ts'
import { BUBBLEWRAP } from './system-facts.ts'
import { filterDigest, workerFilter } from './worker-filter.ts'

/**
 * The wrapper is the first process of the namespace, and what it starts is the second. Should that
 * ever change, a worker cannot end itself, and the self-test fails.
 */
const OWN_PID = 2
/** Inside a user namespace the kernel counts the sandbox alone. */
const TASKS = 128
/** First descriptor after the standard streams and the line to the gateway. */
const FILTER_DESCRIPTOR = 4

const ISOLATION = [
  ...['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session'],
  ...['--clearenv', '--uid', '65534', '--gid', '65534', '--hostname', 'worker'],
]
/** No `/proc`: the wrapper's own environment and mounts would be readable there. */
const DEVICES = ['--dir', '/dev', '--dev-bind', '/dev/null', '/dev/null', '--remount-ro', '/']

/**
 * @param workerFile Where the bundled worker lies, and the engine with it.
 * @throws {IsolationUnavailable} On a system whose libraries cannot be listed.
 */
export function createBubblewrapLauncher(workerFile: string): Launcher {
  const account = process.getuid?.() === 0 ? UNPRIVILEGED : undefined
  const runtime = findRuntimeFiles(workerFile, [PRLIMIT])
  const folder = makeTemporaryFolder('filter')
  const filterFile = (name: string, mayWrite: boolean) => {
    const path = join(folder, name)
    const filter = workerFilter({ architecture: hostArchitecture(), mayWrite, ownPid: OWN_PID })
    writeFileSync(path, filter)
    return { path, digest: filterDigest(filter) }
  }
  const reading = filterFile('reading', false)
  const writing = filterFile('writing', true)
  return {
    level: 3,
    mechanism: 'bwrap',
    filterDigest: reading.digest,
    account,
    launch(order) {
      requireMainThread()
      if (account !== undefined)
        checkAccount(account, [process.execPath, order.workerFile, ...order.readable])
      const filter = order.writable === undefined ? reading : writing
      const descriptor = openSync(filter.path, 'r')
      try {
        const child = spawn(PRLIMIT, commandLine(order, runtime), {
          cwd: '/',
          // The wrapper keeps what it is given, whatever it hands on.
          env: {},
          stdio: ['ignore', 'ignore', 'pipe', 'pipe', descriptor],
          ...account,
        })
        return { child, line: child.stdio[3] as Duplex }
      } finally {
        closeSync(descriptor)
      }
    },
    close() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Files keep their paths inside, so that nothing else needs to know where a worker runs. */
function commandLine(order: LaunchOrder, runtime: RuntimeFiles): readonly string[] {
  const { workerFile, readable, writable } = order
  const files = [runtime.node, PRLIMIT, ...runtime.libraries, ...runtime.packages]
  return [
    ...prlimitArguments(processLimits(order)),
    BUBBLEWRAP,
    ...ISOLATION,
    ...Object.entries(WORKER_ENVIRONMENT).flatMap((entry) => ['--setenv', ...entry]),
    ...[...files, workerFile, ...readable].filter(existsSync).flatMap(readOnly),
    ...(writable === undefined ? [] : ['--bind', realpathSync(writable), writable]),
    ...DEVICES,
    ...['--chdir', '/', '--seccomp', String(FILTER_DESCRIPTOR), '--'],
    ...[PRLIMIT, `--nproc=${TASKS}`, '--'],
    ...nodeCommand(runtime.node, order),
  ]
}

function readOnly(path: string): readonly string[] {
  return ['--ro-bind', realpathSync(path), path]
}
