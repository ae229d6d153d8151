/**
 * Publishes the log as tlog-tiles files. They are derived: the records alone can rebuild them.
 *
 * Barrier: the `checkpoint` file changes only after every tile and bundle it implies is durable and
 * was read back and re-hashed. A reader who sees a checkpoint can therefore verify all of it.
 */

import { sameBytes } from '../core/transparency/bytes.ts'
import { decodeBundle } from '../core/transparency/entry-bundle.ts'
import { leafHash } from '../core/transparency/merkle-tree.ts'
import { TileBuilder, type TileFile } from '../core/transparency/tile-builder.ts'
import {
  partialTiles,
  TILE_WIDTH,
  type TileCoordinates,
  tilePath,
} from '../core/transparency/tile-layout.ts'
import type { BlobStore } from './ports.ts'

export const CHECKPOINT_PATH = 'checkpoint'

/** A signed head that is durable in the records. */
export interface SignedHead {
  readonly size: number
  readonly note: string
}

/** Files written at the same time. More would compete with the commits for the disk. */
const PARALLEL_WRITES = 2

export class Publication {
  readonly #tiles: BlobStore
  readonly #marks: BlobStore | undefined
  readonly #builder = new TileBuilder()
  /** Full files that are not yet durable, by path. */
  readonly #pending = new Map<string, TileFile>()
  /** Partial files that can go once their tile is full, by the path of the full one. */
  readonly #partials = new Map<string, Set<string>>()
  #backlogBytes = 0
  #offered: SignedHead | undefined
  #published: SignedHead | undefined
  #running: Promise<void> | undefined
  #hasFailed = false

  /** @param marks Keeps a second copy of every published checkpoint, away from the log's files. */
  constructor(tiles: BlobStore, marks?: BlobStore) {
    this.#tiles = tiles
    this.#marks = marks
  }

  /** The newest head whose files are all in place. */
  get published(): SignedHead | undefined {
    return this.#published
  }

  /** Bytes of full files that wait for the disk. */
  get backlogBytes(): number {
    return this.#backlogBytes
  }

  /** Takes a durable entry into the tiles. */
  add(leaf: Uint8Array, hash: Uint8Array): void {
    for (const file of this.#builder.append(leaf, hash)) {
      this.#pending.set(file.path, file)
      this.#backlogBytes += file.bytes.length
    }
  }

  /** Announces a durable head over exactly the entries added so far. */
  offer(head: SignedHead): void {
    this.#offered = head
  }

  /** Takes over what an earlier process published, as far as the records confirm it. */
  resume(published: SignedHead | undefined): void {
    this.#published = published
    for (const tile of partialTiles(published?.size ?? 0)) {
      for (let width = 1; width < TILE_WIDTH; width++) this.#notePartial({ ...tile, width })
    }
  }

  /** During recovery: makes the full files equal to the records, whatever the disk holds. */
  async restorePending(): Promise<number> {
    let restored = 0
    for (const { path, bytes } of this.#pending.values()) {
      const found = await this.#tiles.read(path)
      if (found !== undefined && sameBytes(found, bytes)) continue
      await this.#tiles.write(path, bytes)
      restored += 1
    }
    this.#pending.clear()
    this.#backlogBytes = 0
    return restored
  }

  /** Resolves once everything offered before the call is published. After an error it never does. */
  async flush(): Promise<void> {
    const goal = this.#offered?.size ?? 0
    while ((this.#published?.size ?? 0) < goal) {
      // A second try could be told that all is well although the first lost a write.
      if (this.#hasFailed) throw new Error('publishing failed before')
      this.#running ??= this.#publish().finally(() => {
        this.#running = undefined
      })
      await this.#running
    }
  }

  /** A hash tile, as wide as durable entries make it. */
  async readTile(level: number, index: number): Promise<Uint8Array> {
    const path = tilePath({ level, index, width: TILE_WIDTH })
    const bytes =
      this.#builder.openTile(level, index) ??
      this.#pending.get(path)?.bytes ??
      (await this.#tiles.read(path))
    if (bytes === undefined) throw new Error('a hash tile of the log is missing')
    return bytes
  }

  /** The bundle with this index, when it is full. */
  async readFullBundle(index: number): Promise<readonly Uint8Array[]> {
    const path = tilePath({ level: 'entries', index, width: TILE_WIDTH })
    const bytes = this.#pending.get(path)?.bytes ?? (await this.#tiles.read(path))
    const entries = bytes && decodeBundle(bytes, TILE_WIDTH)
    if (entries === undefined) throw new Error('an entry bundle of the log is missing')
    return entries
  }

  openEntry(index: number): Uint8Array | undefined {
    return this.#builder.openEntry(index)
  }

  async #publish(): Promise<void> {
    try {
      if (this.#offered !== undefined) await this.#publishHead(this.#offered)
    } catch (error) {
      this.#hasFailed = true
      throw error
    }
  }

  async #publishHead(head: SignedHead): Promise<void> {
    // Taken in one step: the builder moves on while files are written.
    const full = [...this.#pending.values()]
    const files = [...full, ...this.#builder.partials()]
    const waiting = files.values()
    await Promise.all(
      Array.from({ length: PARALLEL_WRITES }, async () => {
        for (const file of waiting) await this.#writeChecked(file, files)
      }),
    )
    const note = Buffer.from(head.note)
    await Promise.all([
      this.#tiles.write(CHECKPOINT_PATH, note),
      this.#marks?.write(CHECKPOINT_PATH, note),
    ])
    this.#published = head
    for (const { coordinates } of files) this.#notePartial(coordinates)
    for (const file of full) await this.#retire(file)
  }

  async #writeChecked(file: TileFile, all: readonly TileFile[]): Promise<void> {
    await this.#tiles.write(file.path, file.bytes)
    const written = await this.#tiles.read(file.path)
    const isIntact =
      written !== undefined && sameBytes(written, file.bytes) && hashesMatch(file, written, all)
    if (!isIntact) throw new Error('a published file does not hold what was written')
  }

  async #retire({ path, bytes }: TileFile): Promise<void> {
    this.#pending.delete(path)
    this.#backlogBytes -= bytes.length
    for (const partial of this.#partials.get(path) ?? []) await this.#tiles.erase(partial)
    this.#partials.delete(path)
  }

  #notePartial(tile: TileCoordinates): void {
    if (tile.width === TILE_WIDTH) return
    const key = tilePath({ ...tile, width: TILE_WIDTH })
    const paths = this.#partials.get(key) ?? new Set()
    this.#partials.set(key, paths.add(tilePath(tile)))
  }
}

/** Re-hashes a bundle against its hash tile: one flipped bit would end the log once it is signed. */
function hashesMatch(
  { coordinates }: TileFile,
  written: Uint8Array,
  all: readonly TileFile[],
): boolean {
  const { level, index, width } = coordinates
  if (level !== 'entries') return true
  const path = tilePath({ level: 0, index, width })
  const hashes = all.find((file) => file.path === path)?.bytes
  const entries = decodeBundle(written, width)
  if (hashes === undefined || entries === undefined) return false
  return sameBytes(Buffer.concat(entries.map(leafHash)), hashes)
}
