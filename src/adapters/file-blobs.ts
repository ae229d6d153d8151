/** Small files under one folder: each is written whole, durable, and then visible. */

import { constants } from 'node:fs'
import { open, readdir, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { assert } from '../model/assert.ts'
import type { BlobStore } from '../pipeline/ports.ts'
import { hasCode, makeFolder, syncPath, writeWhole } from './durable-files.ts'

/** No segment starts with a dot, so no path climbs out and none meets the temporary folder. */
const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/
const TEMPORARY = '.tmp'
const LEFTOVER_MS = 3_600_000

/** Opens a folder of blobs, and removes what a crash left half-written. */
export async function openFileBlobs(root: string): Promise<BlobStore> {
  const temporaryFolder = join(root, TEMPORARY)
  await makeFolder(temporaryFolder)
  await removeLeftovers(temporaryFolder)
  return new FileBlobs(root, temporaryFolder)
}

/** Young files may belong to another process that is writing now. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > LEFTOVER_MS) await rm(path, { force: true })
  }
}

class FileBlobs implements BlobStore {
  readonly #root: string
  readonly #temporaryFolder: string

  constructor(root: string, temporaryFolder: string) {
    this.#root = root
    this.#temporaryFolder = temporaryFolder
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const file = this.#resolve(path)
    await makeFolder(dirname(file))
    await writeWhole(file, bytes, this.#temporaryFolder)
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const file = this.#resolve(path)
    try {
      const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)
      try {
        return await handle.readFile()
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined
      throw error
    }
  }

  /** Removes a blob durably; one that does not exist is already erased. */
  async erase(path: string): Promise<void> {
    const file = this.#resolve(path)
    try {
      await unlink(file)
    } catch (error) {
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return
      throw error
    }
    await syncPath(dirname(file))
  }

  #resolve(path: string): string {
    const segments = path.split('/')
    assert(
      segments.length > 0 && segments.every((segment) => SEGMENT.test(segment)),
      'a blob path has plain segments only',
    )
    return join(this.#root, ...segments)
  }
}
