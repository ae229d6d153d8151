/** A byte stream that counts what is taken from it. */

import type { ByteStream } from '../../src/core/privacy/byte-stream.ts'

export function countBytes(stream: ByteStream): ByteStream & { taken(): number } {
  let taken = 0
  return {
    take(count) {
      taken += count
      return stream.take(count)
    },
    taken: () => taken,
  }
}
