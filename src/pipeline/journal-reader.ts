/** Reads a log back: entries, proofs and published files, from memory where the disk lags behind. */

import { encodeBase64, toDigest } from '../core/transparency/bytes.ts'
import { parseEntry } from '../core/transparency/entry.ts'
import { leafHash } from '../core/transparency/merkle-tree.ts'
import { parseTilePath, TILE_WIDTH } from '../core/transparency/tile-layout.ts'
import {
  proveConsistency,
  proveInclusion,
  type ReadTile,
} from '../core/transparency/tile-proofs.ts'
import { assert } from '../model/assert.ts'
import type { CommittedEntry } from '../model/audit-entry.ts'
import type { BlobStore } from './ports.ts'
import { CHECKPOINT_PATH, type Publication } from './publication.ts'

export class LogReader {
  readonly #publication: Publication
  readonly #tiles: BlobStore
  readonly #readTile: ReadTile

  constructor(publication: Publication, tiles: BlobStore) {
    this.#publication = publication
    this.#tiles = tiles
    this.#readTile = (level, index) => publication.readTile(level, index)
  }

  async *entries(from: number, end: number): AsyncIterable<CommittedEntry> {
    let index = from
    while (index < end) {
      for (const leaf of await this.#readRun(index)) {
        if (index === end) return
        const entry = parseEntry(leaf)
        assert(entry !== undefined, 'a committed leaf is an entry')
        yield { index, leafHash: toDigest(leafHash(leaf)), leaf, entry }
        index += 1
      }
    }
  }

  async leaf(index: number, size: number): Promise<Uint8Array | undefined> {
    return isBelow(index, size) ? (await this.#readRun(index))[0] : undefined
  }

  async inclusionProof(index: number, size: number): Promise<readonly string[] | undefined> {
    if (!isBelow(index, size)) return undefined
    return (await proveInclusion(index, size, this.#readTile)).map(encodeBase64)
  }

  async consistencyProof(from: number, to: number): Promise<readonly string[] | undefined> {
    if (from < 1 || !isBelow(from, to + 1)) return undefined
    return (await proveConsistency(from, to, this.#readTile)).map(encodeBase64)
  }

  async tile(path: string): Promise<Uint8Array | undefined> {
    const isPublic = path === CHECKPOINT_PATH || parseTilePath(path) !== undefined
    return isPublic ? this.#tiles.read(path) : undefined
  }

  /** The leaf with this index and those behind it in the same bundle. */
  async #readRun(index: number): Promise<readonly Uint8Array[]> {
    const open = this.#publication.openEntry(index)
    if (open !== undefined) return [open]
    const bundle = await this.#publication.readFullBundle(Math.floor(index / TILE_WIDTH))
    return bundle.slice(index % TILE_WIDTH)
  }
}

function isBelow(index: number, limit: number): boolean {
  return Number.isSafeInteger(index) && index >= 0 && Number.isSafeInteger(limit) && index < limit
}
