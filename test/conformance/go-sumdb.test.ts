/**
 * Goal: trees, tiles, proofs and notes equal those of Go's checksum database library.
 * Method: test/vectors/audit/generate.go wrote the answers with golang.org/x/mod v0.43.0, at sizes
 * on both sides of the tile boundaries; here the same leaves go through our code.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { toDigest } from '../../src/core/transparency/bytes.ts'
import { signCheckpoint } from '../../src/core/transparency/checkpoint.ts'
import { verifyConsistency, verifyInclusion } from '../../src/core/transparency/merkle-proofs.ts'
import { Frontier, leafHash, sha256 } from '../../src/core/transparency/merkle-tree.ts'
import { parseVerifierKey } from '../../src/core/transparency/signed-note.ts'
import { TileBuilder } from '../../src/core/transparency/tile-builder.ts'
import { TILE_WIDTH, tilePath } from '../../src/core/transparency/tile-layout.ts'
import { proveConsistency, proveInclusion } from '../../src/core/transparency/tile-proofs.ts'
import { checkCheckpoint } from '../../src/core/transparency/trust-policy.ts'
import { signerFromSeed } from '../support/journal-ports.ts'
import { required } from '../support/required.ts'

const Hash = z.base64().transform((text) => Buffer.from(text, 'base64'))
const Proof = z.object({ from: z.number(), size: z.number(), proof: z.array(Hash) })
const GO = z
  .object({
    vkey: z.string(),
    heads: z.array(z.object({ size: z.number(), root: Hash, note: z.string() })),
    inclusion: z.array(Proof),
    consistency: z.array(Proof),
    tiles: z.array(z.object({ path: z.string(), sha256: z.string() })),
  })
  .parse(
    JSON.parse(readFileSync(join(import.meta.dirname, '../vectors/audit/go-sumdb.json'), 'utf8')),
  )

/** Seed of the public key pair of Go's own note tests. */
const GO_SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1)

const SIZE = 70_000
const leaves = Array.from({ length: SIZE }, (_, n) => leafHash(Buffer.from(`leaf-${n}`)))
const roots = new Map<number, Uint8Array>()
const files = new Map<string, Uint8Array>()
build()

it('has the same root at every size', () => {
  for (const { size, root } of GO.heads) expect(roots.get(size), `size ${size}`).toEqual(root)
})

it('writes the same tiles', () => {
  for (const { path, sha256: expected } of GO.tiles)
    expect(toDigest(sha256(required(files.get(path)))), path).toBe(expected)
})

it('makes and accepts the same inclusion proofs', async () => {
  for (const { from: index, size, proof } of GO.inclusion) {
    expect(await proveInclusion(index, size, readTile), `${index} in ${size}`).toEqual(proof)
    const head = { size, root: required(roots.get(size)) }
    expect(verifyInclusion(required(leaves[index]), index, proof, head)).toBe(true)
  }
})

it('makes and accepts the same consistency proofs', async () => {
  for (const { from, size, proof } of GO.consistency) {
    expect(await proveConsistency(from, size, readTile), `${from} to ${size}`).toEqual(proof)
    const [earlier, later] = [from, size].map((at) => ({
      size: at,
      root: required(roots.get(at)),
    }))
    expect(verifyConsistency(required(earlier), required(later), proof)).toBe(true)
  }
})

it('signs and accepts the same notes', () => {
  const key = required(parseVerifierKey(GO.vkey))
  const signer = signerFromSeed(GO_SEED, key.name)
  for (const { size, root, note } of GO.heads) {
    expect(signCheckpoint({ size, root }, signer)).toBe(note)
    const verdict = checkCheckpoint(note, { logs: [key] })
    expect(verdict).toEqual({ ok: true, checkpoint: { origin: key.name, size, root } })
  }
})

/** Collects every full tile, and the partial ones that Go's file names. */
function build(): void {
  const builder = new TileBuilder()
  const frontier = new Frontier()
  const sizes = new Set(GO.heads.map(({ size }) => size))
  for (const leaf of leaves) {
    frontier.append(leaf)
    const filled = builder.append(new Uint8Array(0), leaf)
    const partials = sizes.has(builder.size) ? builder.partials() : []
    for (const { path, bytes } of [...filled, ...partials]) files.set(path, bytes)
    if (sizes.has(frontier.size)) roots.set(frontier.size, frontier.root())
  }
}

/** Full tiles, and at the edge the widest partial one. */
function readTile(level: number, index: number): Promise<Uint8Array> {
  const width = Math.min(TILE_WIDTH, Math.floor(SIZE / TILE_WIDTH ** level) - index * TILE_WIDTH)
  return Promise.resolve(required(files.get(tilePath({ level, index, width }))))
}
