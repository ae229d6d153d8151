import { describe, expect, it } from 'vitest'
import {
  parseTilePath,
  partialTiles,
  type TileCoordinates,
  tilePath,
  widthOfTile,
} from '../../../../src/core/transparency/tile-layout.ts'

describe('a tile path', () => {
  it.each([
    ['tile/0/001', { level: 0, index: 1, width: 256 }],
    ['tile/0/001.p/5', { level: 0, index: 1, width: 5 }],
    ['tile/5/x123/x456/078', { level: 5, index: 123_456_078, width: 256 }],
    ['tile/5/x123/x456/078.p/2', { level: 5, index: 123_456_078, width: 2 }],
    ['tile/0/x003/x057/500', { level: 0, index: 3_057_500, width: 256 }],
    ['tile/entries/x001/x234/067', { level: 'entries', index: 1_234_067, width: 256 }],
    ['tile/entries/000.p/255', { level: 'entries', index: 0, width: 255 }],
    ['tile/63/x001/000', { level: 63, index: 1000, width: 256 }],
  ] as const)('%s is read and written back', (path, coordinates) => {
    expect(parseTilePath(path)).toEqual(coordinates)
    expect(tilePath(coordinates as TileCoordinates)).toBe(path)
  })

  it.each([
    'tile/5/123/456/078',
    'tile/-1/x123/x456/078',
    'tile/data/x003/x057/500',
    'tile/64/000',
    'tile/00/000',
    'tile/0/0',
    'tile/0/0000',
    'tile/0/x000/001',
    'tile/0/x001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/05',
    'tile/0/000.p/',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/000 ',
    'tile/0/000\n',
    'tile/entries',
    'tile/0/x999/x999/x999/x999/x999/x999',
    'tile/0/x999/x999/x999/x999/x999/x999/999',
    '../tile/0/000',
    '',
  ])('%j is refused', (path) => {
    expect(parseTilePath(path)).toBeUndefined()
  })
})

describe('partial tiles', () => {
  it.each([
    [0, []],
    [1, ['tile/0/000.p/1', 'tile/entries/000.p/1']],
    [256, ['tile/1/000.p/1']],
    [70_000, ['tile/0/273.p/112', 'tile/entries/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']],
    [65_536, ['tile/2/000.p/1']],
  ])('of %i leaves', (size, paths) => {
    expect(partialTiles(size).map(tilePath)).toEqual(paths)
  })
})

describe('the width of a tile', () => {
  it('is full but for the last', () => {
    expect([0, 1, 2].map((index) => widthOfTile(index, 600))).toEqual([256, 256, 88])
  })
})
