/** Identifiers of entries. Randomness is drawn in blocks: one call per entry would cost more than its hash. */

import { UUID_RANDOM_BYTES, uuidV7 } from '../core/transparency/uuid.ts'
import type { RandomSource } from './ports.ts'

const BLOCK_BYTES = 100 * UUID_RANDOM_BYTES

export class EntryIds {
  readonly #random: RandomSource
  #block: Uint8Array = new Uint8Array(0)
  #used = 0

  constructor(random: RandomSource) {
    this.#random = random
  }

  /** A UUID of version 7 for this millisecond. */
  next(unixMs: number): string {
    if (this.#used === this.#block.length) {
      this.#block = this.#random.bytes(BLOCK_BYTES)
      this.#used = 0
    }
    const bytes = this.#block.subarray(this.#used, this.#used + UUID_RANDOM_BYTES)
    this.#used += UUID_RANDOM_BYTES
    return uuidV7(unixMs, bytes)
  }
}
