/**
 * A lock file that lets one process write a folder. A dead owner's lock is taken over.
 *
 * An owner is a process id with its start time and the machine's boot, because process ids return.
 * The lock protects one machine and one process namespace: it does not see writers on other hosts.
 */

import { link, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode, makeFolder, syncPath, writeTemporary } from './durable-files.ts'

/** Another live process holds the lock. */
export class WriterActive extends Error {
  override readonly name = 'WriterActive'
}

export interface WriterLock {
  release(): Promise<void>
}

interface Owner {
  readonly pid: number
  /** Clock ticks from boot to the start of the process; empty where the system does not say. */
  readonly started: string
  readonly boot: string
}

const ATTEMPTS = 3

/** @throws {WriterActive} The lock belongs to a live process, or its file cannot be understood. */
export async function acquireWriterLock(path: string): Promise<WriterLock> {
  await makeFolder(dirname(path))
  const own = JSON.stringify(await ownerOf(process.pid))
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await tryCreate(path, own)) return { release: () => release(path, own) }
    await removeStale(path)
  }
  throw new WriterActive('another process is taking the lock')
}

async function tryCreate(path: string, content: string): Promise<boolean> {
  const temporary = await writeTemporary(dirname(path), Buffer.from(content))
  try {
    // A link appears with its whole content or not at all, and never replaces another.
    await link(temporary, path)
    await syncPath(dirname(path))
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

async function removeStale(path: string): Promise<void> {
  const found = await readIfPresent(path)
  if (found === undefined) return
  if (await isAlive(parseOwner(found)))
    throw new WriterActive(`the folder is in use; if it is not, remove ${path}`)
  const aside = `${path}.stale-${process.pid}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  // Between reading and renaming another process may have put its own lock here.
  if ((await readIfPresent(aside)) !== found) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

async function release(path: string, own: string): Promise<void> {
  if ((await readIfPresent(path)) === own) await rm(path, { force: true })
}

async function isAlive(owner: Owner | undefined): Promise<boolean> {
  if (owner === undefined) return true
  const now = await ownerOf(owner.pid)
  if (owner.boot !== now.boot) return false
  if (!isRunning(owner.pid)) return false
  return owner.started === now.started
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

async function ownerOf(pid: number): Promise<Owner> {
  const stat = (await readIfPresent(`/proc/${pid}/stat`)) ?? ''
  // The name of a program may hold spaces and brackets; fields count from the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const boot = (await readIfPresent('/proc/sys/kernel/random/boot_id')) ?? ''
  return { pid, started: fields[19] ?? '', boot: boot.trim() }
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(text)
    return isOwner(owner) ? owner : undefined
  } catch {
    return undefined
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false
  const { pid, started, boot } = value as Partial<Record<keyof Owner, unknown>>
  return Number.isSafeInteger(pid) && typeof started === 'string' && typeof boot === 'string'
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    // A process that ends while it is read answers ESRCH.
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH')) return undefined
    throw error
  }
}
