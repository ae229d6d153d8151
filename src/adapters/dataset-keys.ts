/**
 * Secrets of datasets: one random key file each, from which row order, unit numbers, buckets and
 * content digests derive. Whoever reads it can test guesses against digests; whoever loses it can
 * still read the snapshots, but further imports number units anew.
 */

import { hkdfSync, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from './durable-files.ts'

const KEY_BYTES = 32

export interface DatasetSalts {
  readonly row: string
  readonly unit: string
  readonly bucket: string
}

/** Reads the dataset's key, or makes one, and derives its salts: 64 hexadecimal digits each. */
export async function deriveSalts(folder: string, dataset: string): Promise<DatasetSalts> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const path = join(folder, `${dataset}.key`)
  const key = (await readIfPresent(path)) ?? (await createKey(path))
  if (key.length !== KEY_BYTES) throw new Error('a dataset key has 32 bytes')
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', key, '', `glovebox dataset ${purpose}`, 32)).toString('hex')
  return { row: derive('row'), unit: derive('unit'), bucket: derive('bucket') }
}

async function createKey(path: string): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES)
  await writeDurably(path, key, 0o600)
  return key
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
