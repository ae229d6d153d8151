/** Starts worker processes. Level 1 of isolation: a process of its own with the engine locked down. */

import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, realpathSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { Duplex } from 'node:stream'
import { isMainThread } from 'node:worker_threads'
import type { IsolationReport } from '../model/isolation.ts'
import { JAVASCRIPT_HEAP_MIB, prlimitArguments, processLimits } from './sealing/process-limits.ts'
import { makeTemporaryFolder } from './temporary-folders.ts'

/** What one worker process needs; a launcher of a higher level grants this and nothing else. */
export interface LaunchOrder {
  /** The bundled worker. */
  readonly workerFile: string
  readonly memoryMiB: number
  /** Processor time of the process over its whole life. */
  readonly cpuSeconds: number
  /** Files and folders that it reads. */
  readonly readable: readonly string[]
  /** The one folder that it may change. */
  readonly writable?: string
}

export interface LaunchedWorker {
  readonly child: ChildProcess
  /** File descriptor 3 of the worker. */
  readonly line: Duplex
}

export interface Launcher {
  readonly level: IsolationReport['level']
  readonly mechanism: IsolationReport['mechanism']
  /** Digest of the system-call filter, or an empty string without one. */
  readonly filterDigest: string
  /** User and group that workers run as, where they differ from the gateway's. */
  readonly account: Account | undefined
  /** @throws {IsolationUnavailable} Where a worker could not start sealed. */
  launch(order: LaunchOrder): LaunchedWorker
  close(): void
}

export interface Account {
  readonly uid: number
  readonly gid: number
}

/** A worker cannot run as demanded; nothing was started. */
export class IsolationUnavailable extends Error {
  override readonly name = 'IsolationUnavailable'
}

/** `nobody`: owns nothing. */
export const UNPRIVILEGED: Account = { uid: 65534, gid: 65534 }

const SETPRIV = '/usr/bin/setpriv'
export const PRLIMIT = '/usr/bin/prlimit'
/** All that a worker finds in its environment. */
export const WORKER_ENVIRONMENT: Readonly<Record<string, string>> = {
  TZ: 'UTC',
  OPENSSL_CONF: '/dev/null',
  // The filter ends whoever sets up such a ring, and no worker needs one.
  UV_USE_IO_URING: '0',
}

/**
 * Level 1. A gateway that runs as root drops workers to `account`; any other gateway cannot change
 * users, and its workers share its own.
 */
export function createProcessLauncher(account = UNPRIVILEGED): Launcher {
  const isRoot = process.getuid?.() === 0
  const folder = makeTemporaryFolder('worker')
  chmodSync(folder, 0o555)
  return {
    level: 1,
    mechanism: 'process',
    filterDigest: '',
    account: isRoot ? account : undefined,
    launch(order) {
      requireMainThread()
      if (isRoot) checkAccount(account, [process.execPath, order.workerFile, ...order.readable])
      const [command = '', ...args] = commandLine(order)
      const child = spawn(command, args, {
        cwd: folder,
        env: WORKER_ENVIRONMENT,
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        ...(isRoot ? account : {}),
      })
      return { child, line: child.stdio[3] as Duplex }
    },
    close() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Wrappers that this system lacks are left out; the self-test reports what that costs. */
function commandLine(order: LaunchOrder): readonly string[] {
  return [
    ...(existsSync(SETPRIV) ? [SETPRIV, '--no-new-privs', '--pdeathsig', 'KILL', '--'] : []),
    ...(existsSync(PRLIMIT) ? [PRLIMIT, ...prlimitArguments(processLimits(order)), '--'] : []),
    ...nodeCommand(process.execPath, order),
  ]
}

/**
 * A worker is ordered to end with the thread that started it, and only the main thread lives as
 * long as the gateway.
 *
 * @throws {IsolationUnavailable} In any other thread.
 */
export function requireMainThread(): void {
  if (!isMainThread) throw new IsolationUnavailable('workers are started by the main thread only')
}

/** The program that every launcher starts in the end. */
export function nodeCommand(node: string, { workerFile }: LaunchOrder): readonly string[] {
  return [node, `--max-old-space-size=${JAVASCRIPT_HEAP_MIB}`, resolve(workerFile)]
}

/**
 * The kernel would refuse too, but after the start, as a crash that explains nothing.
 *
 * @throws {IsolationUnavailable} An account that is root, or that may not read what it must.
 */
export function checkAccount(account: Account, files: readonly string[]): void {
  if (account.uid === 0) throw new IsolationUnavailable('workers never run as root')
  for (const path of files)
    if (!isReadableBy(path, account))
      throw new IsolationUnavailable(`${basename(path)} cannot be read by the workers' user`)
}

/** Whether an account may read a file and pass through every folder above it. */
export function isReadableBy(path: string, account: Account): boolean {
  return existsSync(path) && findClosed(path, account) === undefined
}

/** What of an existing path stops an account: the file itself or the nearest folder above it. */
export function findClosed(path: string, account: Account): string | undefined {
  const real = realpathSync(path)
  return allows(real, account, 4) ? findClosedFolder(dirname(real), account) : path
}

/** The nearest of a folder and those above it that an account may not pass through. */
export function findClosedFolder(path: string, account: Account): string | undefined {
  for (let folder = realpathSync(path); ; folder = dirname(folder)) {
    if (!allows(folder, account, 1)) return folder
    if (folder === dirname(folder)) return undefined
  }
}

/** @param bit 4 to read, 1 to pass through. */
function allows(path: string, { uid, gid }: Account, bit: number): boolean {
  const stats = statSync(path)
  const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0
  return ((stats.mode >> shift) & bit) !== 0
}
