/** The noise generator: HMAC-SHA256 keyed by the epoch, bound to one value of one release. */

import { createHmac } from 'node:crypto'
import { assert } from '../../model/assert.ts'
import type { Sha256 } from '../../model/digest.ts'
import type { ByteStream } from './byte-stream.ts'

const LABEL = Buffer.from('dp-noise/v1')
const KEY_BYTES = 32
const BLOCK_BYTES = 32

/**
 * What one release's noise depends on. `releaseId` is unique, so two different questions never share
 * noise even if their plans were confused; the snapshot keeps noise from repeating across versions.
 */
export interface NoiseContext {
  readonly releaseId: string
  readonly plan: Sha256
  readonly snapshot: Sha256
  readonly policy: Sha256
  /** The release node and its mechanism, as `describeMechanism` writes them. */
  readonly mechanism: string
}

/** A fresh stream for one aggregate of one cell. */
export type NoiseSource = (aggregateIndex: number, groupKey: Uint8Array) => ByteStream

/** Gives every value of a release a stream of its own. */
export function createNoiseSource(key: Uint8Array, context: NoiseContext): NoiseSource {
  const { releaseId, plan, snapshot, policy, mechanism } = context
  const shared = [releaseId, plan, snapshot, policy, mechanism].map((text) => Buffer.from(text))
  return (aggregateIndex, groupKey) =>
    openNoiseStream(key, lengthPrefixed([...shared, groupKey, toBigEndian(aggregateIndex, 8)]))
}

/**
 * Block i of the stream is HMAC-SHA256(key, label || u32be(|context|) || context || u64be(i)).
 *
 * @throws {InvariantViolation} A key that is not 32 bytes long.
 */
export function openNoiseStream(key: Uint8Array, context: Uint8Array): ByteStream {
  assert(key.length === KEY_BYTES, 'a noise key has 32 bytes')
  const prefix = Buffer.concat([LABEL, toBigEndian(context.length, 4), context])
  let block = Buffer.alloc(0)
  let used = 0
  let next = 0

  function takeByte(): number {
    if (used === block.length) {
      block = createHmac('sha256', key).update(prefix).update(toBigEndian(next, 8)).digest()
      assert(block.length === BLOCK_BYTES, 'a block of noise has 32 bytes')
      next++
      used = 0
    }
    const byte = block[used]
    assert(byte !== undefined, 'a block holds the byte to take')
    used++
    return byte
  }

  return {
    take(count) {
      const bytes = new Uint8Array(count)
      for (let i = 0; i < count; i++) bytes[i] = takeByte()
      return bytes
    },
  }
}

/** Joins fields so that no two different lists give the same bytes. */
function lengthPrefixed(fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields.flatMap((field) => [toBigEndian(field.length, 4), field]))
}

function toBigEndian(value: number, byteCount: 4 | 8): Buffer {
  const bytes = Buffer.alloc(byteCount)
  if (byteCount === 4) bytes.writeUInt32BE(value)
  else bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
