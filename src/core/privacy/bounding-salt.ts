/** The salt by which generated SQL chooses which of a unit's groups count, when it has too many. */

import { createHmac } from 'node:crypto'

/**
 * One salt per key and snapshot: the choice is stable for replay and unknown to operators. It is
 * derived one-way from the noise key, because it enters the vault worker and the key must not.
 */
export function boundingSalt(key: Uint8Array, snapshotDigest: string): string {
  return createHmac('sha256', key).update(`bound/v1\n${snapshotDigest}`).digest('hex')
}
