/**
 * The home folder of a deployment: others may pass through it and see no names. What must stay
 * closed inside it, such as keys and the log, closes itself.
 */

import { chmodSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Account, findClosedFolder } from './worker-launch.ts'

const PASSABLE = 0o711

/** The workers' user cannot reach what lies in the home. */
export class HomeClosed extends Error {
  override readonly name = 'HomeClosed'
  /** The folder that is in the way. */
  readonly folder: string

  constructor(folder: string) {
    super(`${folder} cannot be passed by the workers' user`)
    this.folder = folder
  }
}

/** Makes the folder and its missing parents, whatever the umask. Existing ones stay as they are. */
export function makeHome(path: string): void {
  const target = resolve(path)
  const first = mkdirSync(target, { recursive: true })
  if (first === undefined) return
  for (let folder = target; folder.length >= first.length; folder = dirname(folder))
    chmodSync(folder, PASSABLE)
}

/** @throws {HomeClosed} Workers run under an account that may not pass through to this folder. */
export function checkHome(path: string, account: Account | undefined): void {
  const closed = account && findClosedFolder(path, account)
  if (closed !== undefined) throw new HomeClosed(closed)
}
