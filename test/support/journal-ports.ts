/** Ports of the journal in memory: records, blobs, clock, randomness and a signer from a seed. */

import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import type {
  BlobStore,
  Clock,
  RandomSource,
  RecordStore,
  Signer,
} from '../../src/pipeline/ports.ts'

export class MemoryRecords implements RecordStore {
  readonly stored: Uint8Array[]
  readonly tornBytes: number
  isClosed = false

  constructor(stored: readonly Uint8Array[] = [], tornBytes = 0) {
    this.stored = [...stored]
    this.tornBytes = tornBytes
  }

  append(record: Uint8Array): Promise<void> {
    this.stored.push(Uint8Array.from(record))
    return Promise.resolve()
  }

  async *read(): AsyncIterable<Uint8Array> {
    yield* this.stored
  }

  close(): Promise<void> {
    this.isClosed = true
    return Promise.resolve()
  }
}

export class MemoryBlobs implements BlobStore {
  readonly files = new Map<string, Uint8Array>()
  /** Every write and erasure, in order. */
  readonly history: string[] = []

  write(path: string, bytes: Uint8Array): Promise<void> {
    this.history.push(path)
    this.files.set(path, Uint8Array.from(bytes))
    return Promise.resolve()
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.files.get(path))
  }

  erase(path: string): Promise<void> {
    this.history.push(`-${path}`)
    this.files.delete(path)
    return Promise.resolve()
  }
}

/** Stands still unless a test moves it. */
export class ManualClock implements Clock {
  ms = Date.parse('2026-03-01T08:00:00.000Z')
  ns = 0n

  nowMs(): number {
    return this.ms
  }

  monotonicNs(): bigint {
    return this.ns
  }
}

/** The same bytes for the same seed. */
export function seededRandom(seed: string): RandomSource {
  let counter = 0
  return {
    bytes: (count) => {
      counter += 1
      return createHash('shake256', { outputLength: count }).update(`${seed}:${counter}`).digest()
    },
  }
}

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** An Ed25519 signer whose private key is the hash of a seed. */
export function seededSigner(seed: string, origin = 'glovebox.test/log'): Signer {
  return signerFromSeed(createHash('sha256').update(seed).digest(), origin)
}

/** An Ed25519 signer from the 32 bytes of its private key. */
export function signerFromSeed(secret: Uint8Array, origin: string): Signer {
  const der = Buffer.concat([PKCS8_PREFIX, secret])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return {
    origin,
    publicKey: spki.subarray(-32),
    sign: (message) => sign(null, message, privateKey),
  }
}
