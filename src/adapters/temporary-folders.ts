/**
 * Temporary folders named after the process that made them, so that those of killed processes can be
 * told apart and removed. A process is its id within its process namespace: containers that share a
 * folder for temporary files leave each other's alone.
 */

import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRunning } from './writer-lock.ts'

const NAME = /^glovebox-[a-z]+-(\d+)-(\d+)-\w{6}$/

/** @param purpose One word, for whoever looks at the folder. */
export function makeTemporaryFolder(purpose: string): string {
  const prefix = `glovebox-${purpose}-${processNamespace()}-${process.pid}-`
  return mkdtempSync(join(realpathSync(tmpdir()), prefix))
}

/** Removes what processes that no longer run have left; what cannot be removed stays. */
export function sweepTemporaryFolders(place = tmpdir()): void {
  for (const name of readdirSync(place)) {
    const [, namespace, pid] = NAME.exec(name) ?? []
    if (namespace !== processNamespace() || isRunning(Number(pid))) continue
    try {
      rmSync(join(place, name), { recursive: true, force: true })
    } catch {
      // Another user's, or being removed by another process.
    }
  }
}

function processNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  } catch {
    return '0'
  }
}
