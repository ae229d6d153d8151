/** Grows the tiles of a log leaf by leaf: full tiles leave as files, the open edge stays in memory. */

import { encodeBundle } from './entry-bundle.ts'
import { completeRoot } from './merkle-tree.ts'
import { partialTiles, TILE_WIDTH, type TileCoordinates, tilePath } from './tile-layout.ts'

export interface TileFile {
  readonly coordinates: TileCoordinates
  readonly path: string
  readonly bytes: Uint8Array
}

export class TileBuilder {
  /** Hashes of the open tile of each level, lowest first. */
  readonly #rows: Uint8Array[][] = []
  #entries: Uint8Array[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Adds a leaf. Answers the tiles it filled, lowest first, behind their bundle. */
  append(leaf: Uint8Array, leafHash: Uint8Array): TileFile[] {
    this.#entries.push(leaf)
    this.#size += 1
    const filled: TileFile[] = []
    if (this.#entries.length === TILE_WIDTH) {
      const index = this.#size / TILE_WIDTH - 1
      filled.push(fileOf({ level: 'entries', index, width: TILE_WIDTH }, this.#entries))
      this.#entries = []
    }
    this.#push(0, leafHash, filled)
    return filled
  }

  /** The partial files of the tree as it is now. */
  partials(): TileFile[] {
    return partialTiles(this.#size).map((coordinates) =>
      fileOf(
        coordinates,
        coordinates.level === 'entries' ? this.#entries : (this.#rows[coordinates.level] ?? []),
      ),
    )
  }

  /** The open tile with this place, or nothing when it is full or not begun. */
  openTile(level: number, index: number): Uint8Array | undefined {
    const row = this.#rows[level] ?? []
    const open = Math.floor(this.#size / TILE_WIDTH ** (level + 1))
    return index === open && row.length > 0 ? Buffer.concat(row) : undefined
  }

  /** An entry of the open bundle. */
  openEntry(index: number): Uint8Array | undefined {
    return this.#entries[index - (this.#size - this.#entries.length)]
  }

  #push(level: number, node: Uint8Array, filled: TileFile[]): void {
    const row = this.#rows[level] ?? []
    this.#rows[level] = row
    row.push(node)
    if (row.length < TILE_WIDTH) return
    this.#rows[level] = []
    const index = this.#size / TILE_WIDTH ** (level + 1) - 1
    filled.push(fileOf({ level, index, width: TILE_WIDTH }, row))
    this.#push(level + 1, completeRoot(row), filled)
  }
}

function fileOf(coordinates: TileCoordinates, parts: readonly Uint8Array[]): TileFile {
  const bytes = coordinates.level === 'entries' ? encodeBundle(parts) : Buffer.concat(parts)
  return { coordinates, path: tilePath(coordinates), bytes }
}
