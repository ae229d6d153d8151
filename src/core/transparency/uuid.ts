/** UUIDs of version 7: sorted by the millisecond in which they were made. */

import { assert } from '../../model/assert.ts'

/** Random bytes that one identifier needs. */
export const UUID_RANDOM_BYTES = 10

/** @see RFC 9562, section 5.7. */
export function uuidV7(unixMs: number, random: Uint8Array): string {
  assert(random.length === UUID_RANDOM_BYTES, 'an identifier takes ten random bytes')
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(unixMs, 0, 6)
  bytes.set(random, 6)
  bytes.writeUInt8(0x70 | ((random[0] ?? 0) & 0x0f), 6)
  bytes.writeUInt8(0x80 | ((random[2] ?? 0) & 0x3f), 8)
  const hex = bytes.toString('hex')
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)]
  return [...groups, hex.slice(20)].join('-')
}
