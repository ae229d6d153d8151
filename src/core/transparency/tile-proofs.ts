/** Proves inclusion and consistency from the hash tiles of a log. */

import { consistencyRanges, inclusionRanges, type LeafRange } from './merkle-proofs.ts'
import { completeRoot, HASH_BYTES, joinSubtrees } from './merkle-tree.ts'
import { TILE_HEIGHT, TILE_WIDTH } from './tile-layout.ts'

/** Reads a hash tile that is at least as wide as the tree in question needs. */
export type ReadTile = (level: number, index: number) => Promise<Uint8Array>

/** The hashes from the sibling of leaf `index` up to a child of the root. */
export function proveInclusion(
  index: number,
  size: number,
  readTile: ReadTile,
): Promise<Uint8Array[]> {
  return hashRanges(inclusionRanges(index, size), readTile)
}

/** The hashes that show the tree of `to` to extend the tree of `from`. */
export function proveConsistency(
  from: number,
  to: number,
  readTile: ReadTile,
): Promise<Uint8Array[]> {
  return hashRanges(consistencyRanges(from, to), readTile)
}

function hashRanges(ranges: readonly LeafRange[], readTile: ReadTile): Promise<Uint8Array[]> {
  const tiles = new Map<string, Promise<Uint8Array>>()
  const readOnce: ReadTile = (level, index) => {
    const key = `${level}/${index}`
    const tile = tiles.get(key) ?? readTile(level, index)
    tiles.set(key, tile)
    return tile
  }
  return Promise.all(ranges.map((range) => hashRange(range, readOnce)))
}

async function hashRange(range: LeafRange, readTile: ReadTile): Promise<Uint8Array> {
  const subtrees: Promise<Uint8Array>[] = []
  let start = range.start
  while (start < range.end) {
    const height = heightOfLargest(start, range.end)
    subtrees.push(readSubtree(height, start / 2 ** height, readTile))
    start += 2 ** height
  }
  return joinSubtrees(await Promise.all(subtrees))
}

/** The root of the complete subtree of `2 ** height` leaves that is `index`-th of its height. */
async function readSubtree(height: number, index: number, readTile: ReadTile): Promise<Uint8Array> {
  const level = Math.floor(height / TILE_HEIGHT)
  const width = 2 ** (height % TILE_HEIGHT)
  const first = index * width
  const tile = await readTile(level, Math.floor(first / TILE_WIDTH))
  const offset = first % TILE_WIDTH
  const row = Array.from({ length: width }, (_, n) =>
    tile.subarray((offset + n) * HASH_BYTES, (offset + n + 1) * HASH_BYTES),
  )
  return completeRoot(row)
}

/** The height of the largest complete subtree that begins at `start` and ends by `end`. */
function heightOfLargest(start: number, end: number): number {
  let height = 0
  while (start % 2 ** (height + 1) === 0 && start + 2 ** (height + 1) <= end) height += 1
  return height
}
