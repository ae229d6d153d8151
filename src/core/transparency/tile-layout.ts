/**
 * Where the hashes and entries of a log lie as files: the C2SP tlog-tiles layout.
 *
 * @see https://c2sp.org/tlog-tiles
 */

import { parseDecimal } from './bytes.ts'

/** Hashes in a full tile, and entries in a full bundle. */
export const TILE_WIDTH = 256

/** Tree levels that one tile spans. */
export const TILE_HEIGHT = 8

export interface TileCoordinates {
  /** Tile level from 0 (leaf hashes) to 63, or the entries themselves. */
  readonly level: number | 'entries'
  readonly index: number
  /** Hashes or entries held: 256 when full. */
  readonly width: number
}

const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/

export function tilePath({ level, index, width }: TileCoordinates): string {
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`
  return `tile/${level}/${indexPath(index)}${partial}`
}

/** Reads a path back. Every tile has exactly one spelling; all others are refused. */
export function parseTilePath(path: string): TileCoordinates | undefined {
  const [, levelText = '', indexText = '', widthText] = PATH.exec(path) ?? []
  const level = levelText === 'entries' ? 'entries' : parseDecimal(levelText)
  const index = Number(indexText.replaceAll(/[x/]/g, ''))
  const width = widthText === undefined ? TILE_WIDTH : parseDecimal(widthText)
  if (level === undefined || width === undefined || !Number.isSafeInteger(index)) return undefined
  const coordinates: TileCoordinates = { level, index, width }
  return tilePath(coordinates) === path && isInRange(coordinates) ? coordinates : undefined
}

/** The level-0 hash tiles or bundles of a tree, in order; the last may be partial. */
export function widthOfTile(index: number, size: number): number {
  return Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
}

/** The tiles and the bundle that are partial in a tree of `size`. */
export function partialTiles(size: number): TileCoordinates[] {
  const tiles: TileCoordinates[] = []
  let nodes = size
  for (let level = 0; nodes > 0; level++) {
    const width = nodes % TILE_WIDTH
    const index = Math.floor(nodes / TILE_WIDTH)
    if (width > 0) tiles.push({ level, index, width })
    if (width > 0 && level === 0) tiles.push({ level: 'entries', index, width })
    nodes = index
  }
  return tiles
}

function indexPath(index: number): string {
  const digits = String(index % 1000).padStart(3, '0')
  const rest = Math.floor(index / 1000)
  return rest === 0 ? digits : `${indexPath(rest).replace(/(\d{3})$/, 'x$1')}/${digits}`
}

function isInRange({ level, width }: TileCoordinates): boolean {
  return (level === 'entries' || level <= 63) && width >= 1 && width <= TILE_WIDTH
}
