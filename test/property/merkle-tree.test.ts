/**
 * Goal: roots, tiles and proofs are those of the definition, at any size; a proof proves one thing.
 * Method: fast-check compares with the recursive definition, and damages proofs in one place.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verifyConsistency, verifyInclusion } from '../../src/core/transparency/merkle-proofs.ts'
import { Frontier, leafHash } from '../../src/core/transparency/merkle-tree.ts'
import { TileBuilder } from '../../src/core/transparency/tile-builder.ts'
import { TILE_WIDTH, tilePath } from '../../src/core/transparency/tile-layout.ts'
import { proveConsistency, proveInclusion } from '../../src/core/transparency/tile-proofs.ts'
import { naiveConsistency, naiveInclusion, naiveRoot } from '../support/naive-tree.ts'
import { required } from '../support/required.ts'

/** Around the borders of tiles, and small trees, where every shape occurs. */
const size = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 250, max: 260 }) },
  { weight: 1, arbitrary: fc.integer({ min: 510, max: 520 }) },
)
const place = size.chain((count) =>
  fc.record({ count: fc.constant(count), at: fc.integer({ min: 0, max: count - 1 }) }),
)

const LEAVES = Array.from({ length: 600 }, (_, n) => Buffer.from(`leaf ${n}`))

function headOf(count: number) {
  return { size: count, root: naiveRoot(LEAVES.slice(0, count)) }
}

/** Reads tiles of a tree of `count` leaves, built by the code under test. */
function tilesOf(count: number) {
  const builder = new TileBuilder()
  const files = new Map<string, Uint8Array>()
  for (const leaf of LEAVES.slice(0, count))
    for (const { path, bytes } of builder.append(leaf, leafHash(leaf))) files.set(path, bytes)
  return (level: number, index: number): Promise<Uint8Array> => {
    const full = files.get(tilePath({ level, index, width: TILE_WIDTH }))
    return Promise.resolve(required(full ?? builder.openTile(level, index)))
  }
}

describe('a Merkle tree', () => {
  it('has the root of the definition', () => {
    fc.assert(
      fc.property(size, (count) => {
        const frontier = new Frontier()
        for (const leaf of LEAVES.slice(0, count)) frontier.append(leafHash(leaf))
        expect(frontier.root()).toEqual(headOf(count).root)
      }),
    )
    expect(new Frontier().root()).toEqual(naiveRoot([]))
  })

  it('proves inclusion as the definition does, and verifies it', async () => {
    await fc.assert(
      fc.asyncProperty(place, async ({ count, at }) => {
        const proof = await proveInclusion(at, count, tilesOf(count))
        expect(proof).toEqual(naiveInclusion(at, LEAVES.slice(0, count)))
        expect(
          verifyInclusion(leafHash(LEAVES[at] ?? Buffer.alloc(0)), at, proof, headOf(count)),
        ).toBe(true)
      }),
    )
  })

  it('proves consistency as the definition does, and verifies it', async () => {
    await fc.assert(
      fc.asyncProperty(place, async ({ count, at }) => {
        const proof = await proveConsistency(at + 1, count, tilesOf(count))
        expect(proof).toEqual(naiveConsistency(at + 1, LEAVES.slice(0, count)))
        expect(verifyConsistency(headOf(at + 1), headOf(count), proof)).toBe(true)
      }),
    )
  })

  it('proves from a larger tree what held in a smaller one', async () => {
    const large = tilesOf(600)
    await fc.assert(
      fc.asyncProperty(place, async ({ count, at }) => {
        expect(await proveInclusion(at, count, large)).toEqual(
          naiveInclusion(at, LEAVES.slice(0, count)),
        )
      }),
      { numRuns: 50 },
    )
  })
})

describe('a damaged proof', () => {
  const damage = fc.record({ node: fc.nat(), byte: fc.integer({ min: 0, max: 31 }) })

  it('of inclusion is rejected', () => {
    fc.assert(
      fc.property(place, damage, ({ count, at }, where) => {
        const proof = naiveInclusion(at, LEAVES.slice(0, count))
        const leaf = leafHash(required(LEAVES[at]))
        const head = headOf(count)
        if (proof.length > 0)
          expect(verifyInclusion(leaf, at, flip(proof, where), head)).toBe(false)
        expect(verifyInclusion(leaf, at, [...proof, head.root], head)).toBe(false)
        expect(verifyInclusion(leaf, at, [head.root, ...proof], head)).toBe(false)
        if (proof.length > 0) expect(verifyInclusion(leaf, at, proof.slice(1), head)).toBe(false)
        expect(verifyInclusion(leaf, at + 1, proof, head)).toBe(false)
        expect(verifyInclusion(head.root, at, proof, { size: count + 1, root: head.root })).toBe(
          false,
        )
      }),
    )
  })

  it('of consistency is rejected', () => {
    fc.assert(
      fc.property(place, damage, ({ count, at }, where) => {
        const proof = naiveConsistency(at + 1, LEAVES.slice(0, count))
        const [earlier, later] = [headOf(at + 1), headOf(count)]
        if (proof.length > 0) {
          expect(verifyConsistency(earlier, later, flip(proof, where))).toBe(false)
          expect(verifyConsistency(earlier, later, proof.slice(1))).toBe(false)
          expect(verifyConsistency(later, earlier, proof)).toBe(false)
        }
        expect(verifyConsistency(earlier, later, [...proof, later.root])).toBe(false)
        const other = { size: at + 1, root: leafHash(Buffer.from('another history')) }
        expect(verifyConsistency(other, later, proof)).toBe(false)
      }),
    )
  })
})

it('proofs of sizes that are no sizes are rejected', () => {
  const head = headOf(3)
  const leaf = leafHash(required(LEAVES[0]))
  for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) {
    expect(verifyInclusion(leaf, bad, [], head)).toBe(false)
    expect(verifyInclusion(leaf, 0, [], { ...head, size: bad })).toBe(false)
    expect(verifyConsistency({ ...head, size: bad }, head, [])).toBe(false)
    expect(verifyConsistency(head, { ...head, size: bad }, [])).toBe(false)
  }
  expect(verifyConsistency({ ...head, size: 0 }, head, [])).toBe(false)
})

function flip(
  proof: readonly Uint8Array[],
  { node, byte }: { readonly node: number; readonly byte: number },
): Uint8Array[] {
  return proof.map((hash, n) =>
    n === node % proof.length ? hash.map((value, at) => (at === byte ? value ^ 1 : value)) : hash,
  )
}
