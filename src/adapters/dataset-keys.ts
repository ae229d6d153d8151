/**
 * Secrets of datasets: one random key file each, from which row order, unit numbers, buckets and
 * content digests derive. Whoever reads it can test guesses against digests; whoever loses it can
 * still read the snapshots, but further imports number units anew.
 */

import { hkdfSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { KeyFileError, readOrCreateSecret } from './durable-files.ts'

const KEY_BYTES = 32

export interface DatasetSalts {
  readonly row: string
  readonly unit: string
  readonly bucket: string
}

/** Reads the dataset's key, or makes one, and derives its salts: 64 hexadecimal digits each. */
export async function deriveSalts(folder: string, dataset: string): Promise<DatasetSalts> {
  const path = join(folder, `${dataset}.key`)
  const key = await readOrCreateSecret(path, () => randomBytes(KEY_BYTES))
  if (key.length !== KEY_BYTES) throw new KeyFileError(`${path}: a dataset key has 32 bytes`)
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', key, '', `glovebox dataset ${purpose}`, 32)).toString('hex')
  return { row: derive('row'), unit: derive('unit'), bucket: derive('bucket') }
}
