import { expect, it } from 'vitest'
import { leafHash } from '../../../../src/core/transparency/merkle-tree.ts'
import { TileBuilder } from '../../../../src/core/transparency/tile-builder.ts'

function grow(builder: TileBuilder, count: number): string[] {
  const filled: string[] = []
  for (let n = 0; n < count; n++) {
    const leaf = Buffer.from(`leaf-${builder.size}`)
    filled.push(...builder.append(leaf, leafHash(leaf)).map(({ path }) => path))
  }
  return filled
}

it('gives away what is full and shows what is open', () => {
  const builder = new TileBuilder()
  expect(builder.partials()).toEqual([])
  expect(grow(builder, 255)).toEqual([])
  expect(builder.partials().map(({ path }) => path)).toEqual([
    'tile/0/000.p/255',
    'tile/entries/000.p/255',
  ])
  expect(builder.openTile(0, 0)).toHaveLength(255 * 32)
  expect(String(builder.openEntry(254))).toBe('leaf-254')
  expect(grow(builder, 1)).toEqual(['tile/entries/000', 'tile/0/000'])
  expect(builder.openTile(0, 0)).toBeUndefined()
  expect(builder.openTile(0, 1)).toBeUndefined()
  expect(builder.openTile(1, 0)).toHaveLength(32)
  expect(builder.openEntry(255)).toBeUndefined()
  expect(builder.openEntry(256)).toBeUndefined()
})

it('names tiles of higher levels by their place', () => {
  const builder = new TileBuilder()
  const filled = grow(builder, 65_536)
  expect(filled.slice(-3)).toEqual(['tile/entries/255', 'tile/0/255', 'tile/1/000'])
  expect(builder.partials().map(({ path }) => path)).toEqual(['tile/2/000.p/1'])
  expect(grow(builder, 1)).toEqual([])
  expect(builder.openTile(0, 256)).toHaveLength(32)
})

it('does not change a file that it gave away', () => {
  const builder = new TileBuilder()
  grow(builder, 10)
  const [before] = builder.partials()
  const copy = Buffer.from(before?.bytes ?? [])
  grow(builder, 10)
  expect(copy.equals(before?.bytes ?? Buffer.alloc(0))).toBe(true)
})
