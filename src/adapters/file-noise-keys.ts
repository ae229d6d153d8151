/** Noise keys by epoch, in one file only its owner can read; a new epoch never replaces an old key. */

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { NoiseKeys } from '../pipeline/ports.ts'
import { KeyFileError } from './durable-files.ts'

const KEY_BYTES = 32

const KeyFile = z.strictObject({
  epochs: z.array(z.strictObject({ epoch: z.int().min(1), key: z.base64() })).min(1),
})
type KeyFile = z.infer<typeof KeyFile>

/**
 * Opens the key file, creating epoch 1 when there is none.
 *
 * @throws {KeyFileError} A file that others may read, or that does not match its schema.
 */
export function openNoiseKeys(path: string): NoiseKeys {
  if (!existsSync(path)) writeKeys(path, { epochs: [newEpoch(1)] })
  const keys = new Map(
    readKeys(path).epochs.map(({ epoch, key }) => [epoch, Buffer.from(key, 'base64')]),
  )
  return {
    currentEpoch: Math.max(...keys.keys()),
    keyOf: (epoch) => keys.get(epoch),
  }
}

/** Starts a new epoch and returns it. Older keys stay, because replay needs them. */
export function rotateNoiseKey(path: string): number {
  const { epochs } = readKeys(path)
  const next = Math.max(...epochs.map(({ epoch }) => epoch)) + 1
  writeKeys(path, { epochs: [...epochs, newEpoch(next)] })
  return next
}

function newEpoch(epoch: number): KeyFile['epochs'][number] {
  return { epoch, key: randomBytes(KEY_BYTES).toString('base64') }
}

function readKeys(path: string): KeyFile {
  if ((statSync(path).mode & 0o077) !== 0)
    throw new KeyFileError(`${path}: others may read it; run "chmod 600" on it`)
  try {
    return KeyFile.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    throw new KeyFileError(`${path}: not a file of noise keys`)
  }
}

function writeKeys(path: string, file: KeyFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.new`
  writeFileSync(temporary, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(temporary, path)
}
