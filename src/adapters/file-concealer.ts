/** Names things in the log without telling them: a keyed digest, under a key only this domain has. */

import { createHmac, randomBytes } from 'node:crypto'
import type { Concealer } from '../pipeline/ports.ts'
import { readOrCreateSecret } from './durable-files.ts'

const KEY_BYTES = 32

/** @throws {KeyFileError} A key file that other users can read. */
export async function openConcealer(path: string): Promise<Concealer> {
  const key = await readOrCreateSecret(path, () => randomBytes(KEY_BYTES))
  return (text) => createHmac('sha256', key).update(`conceal/v1\n${text}`).digest('hex')
}
