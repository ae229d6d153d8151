/** What the log says about a noise key before it is used: enough to notice a silent re-key, no more. */

import { createHash } from 'node:crypto'

/** SHA-256 over label, epoch and key; 256 random key bits make it hiding. */
export function epochCommitment(epoch: number, key: Uint8Array): string {
  return createHash('sha256').update(`epoch/v1\n${epoch}\n`).update(key).digest('hex')
}
