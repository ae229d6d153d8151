/** Writing files so that they survive a crash, and only their owner can read them. */

import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

/** A key file holds no such key or is open to others. The message names the file. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
}

export const OWNER_FILE = 0o600
const OWNER_FOLDER = 0o700

/** Writes all bytes at a position. A short write is continued, never taken for success. */
export async function writeFully(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(
      bytes,
      written,
      bytes.length - written,
      position + written,
    )
    if (bytesWritten === 0) throw new Error('the file system accepted no bytes')
    written += bytesWritten
  }
}

/** Makes a folder and its missing parents durable. */
export async function makeFolder(path: string): Promise<void> {
  const target = resolve(path)
  const first = await mkdir(target, { recursive: true, mode: OWNER_FOLDER })
  if (first === undefined) return
  for (let folder = target; folder.length >= first.length; folder = dirname(folder)) {
    await syncPath(dirname(folder))
  }
}

/** Makes the content of a file, or the names in a folder, durable. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Writes a whole file that others may read too, beside its name first and then under it. */
export async function writeShared(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.new`)
  const file = await open(temporary, 'w', mode)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncPath(dirname(path))
}

/** Writes a whole file under a temporary name, then gives it its own: never half a file. */
export async function writeWhole(
  path: string,
  bytes: Uint8Array,
  temporaryFolder: string,
): Promise<void> {
  // Opened before the rename: an error of the folder is lost if its handle comes later.
  const folder = await open(dirname(path), 'r')
  try {
    const temporary = await writeTemporary(temporaryFolder, bytes)
    await rename(temporary, path)
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/**
 * Reads a secret that only its owner can read, and makes it first if there is none.
 *
 * @throws {KeyFileError} Other users can read the file.
 */
export async function readOrCreateSecret(
  path: string,
  create: () => Uint8Array,
): Promise<Uint8Array> {
  await makeFolder(dirname(path))
  const existing = await readSecret(path)
  if (existing !== undefined) return existing
  const temporary = await writeTemporary(dirname(path), create())
  try {
    // A link fails where a rename would replace: the first of two writers wins.
    await link(temporary, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(temporary)
  }
  await syncPath(dirname(path))
  const secret = await readSecret(path)
  if (secret === undefined) throw new Error('the key file vanished while it was made')
  return secret
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

async function readSecret(path: string): Promise<Uint8Array | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(
    (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return undefined
      throw error
    },
  )
  if (file === undefined) return undefined
  try {
    const { mode } = await file.stat()
    if ((mode & 0o077) !== 0)
      throw new KeyFileError(`${path}: others may read it; run "chmod 600" on it`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** Writes a durable file under a name of its own. */
export async function writeTemporary(folder: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, `tmp-${randomBytes(12).toString('hex')}`)
  const file = await open(path, 'wx', OWNER_FILE)
  try {
    await writeFully(file, bytes, 0)
    await file.datasync()
  } finally {
    await file.close()
  }
  return path
}
