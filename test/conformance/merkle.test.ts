/**
 * Goal: our trees and proofs are those of RFC 6962 and RFC 9162.
 * Method: the probes of transparency-dev/merkle, good and bad, and the log that Tessera wrote.
 */

import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readCheckpoint } from '../../src/core/transparency/checkpoint.ts'
import { decodeBundle } from '../../src/core/transparency/entry-bundle.ts'
import { verifyConsistency, verifyInclusion } from '../../src/core/transparency/merkle-proofs.ts'
import { Frontier, leafHash } from '../../src/core/transparency/merkle-tree.ts'
import { parseVerifierKey } from '../../src/core/transparency/signed-note.ts'
import { TileBuilder } from '../../src/core/transparency/tile-builder.ts'
import { verifyLog } from '../../src/core/transparency/verify-log.ts'
import { jsonFiles, vectorFolder } from '../support/audit-vectors.ts'
import { required } from '../support/required.ts'

const Bytes = z.base64().transform((text) => Buffer.from(text, 'base64'))
/** Some probes have no proof, or an empty hash in place of one. */
const Proof = z.array(Bytes.or(z.literal('').transform(() => Buffer.alloc(0)))).nullable()
const InclusionProbe = z.object({
  leafIdx: z.number(),
  treeSize: z.number(),
  root: Bytes.nullable(),
  leafHash: Bytes.nullable(),
  proof: Proof,
  wantErr: z.boolean(),
})
const ConsistencyProbe = z.object({
  size1: z.number(),
  size2: z.number(),
  root1: Bytes.nullable(),
  root2: Bytes.nullable(),
  proof: Proof,
  wantErr: z.boolean(),
})
const NOTHING = Buffer.alloc(0)

const TESSERA_KEY = required(
  parseVerifierKey(
    'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx',
  ),
)

describe('RFC 6962 probes', () => {
  it('accepts and rejects 98 inclusion proofs', (context) => {
    const probes = jsonFiles(join(vectorFolder('rfc6962-merkle', context), 'testdata/inclusion'))
    const wrong = probes.filter(({ text }) => {
      const probe = InclusionProbe.parse(JSON.parse(text))
      const head = { size: probe.treeSize, root: probe.root ?? NOTHING }
      const leaf = probe.leafHash ?? NOTHING
      return verifyInclusion(leaf, probe.leafIdx, probe.proof ?? [], head) === probe.wantErr
    })
    expect(wrong.map(({ path }) => path)).toEqual([])
    expect(probes).toHaveLength(98)
  })

  it('accepts and rejects 98 consistency proofs', (context) => {
    const probes = jsonFiles(join(vectorFolder('rfc6962-merkle', context), 'testdata/consistency'))
    const wrong = probes.filter(({ text }) => {
      const probe = ConsistencyProbe.parse(JSON.parse(text))
      const earlier = { size: probe.size1, root: probe.root1 ?? NOTHING }
      const later = { size: probe.size2, root: probe.root2 ?? NOTHING }
      return verifyConsistency(earlier, later, probe.proof ?? []) === probe.wantErr
    })
    expect(wrong.map(({ path }) => path)).toEqual([])
    expect(probes).toHaveLength(98)
  })
})

describe('the log that Tessera wrote', () => {
  const policy = { logs: [TESSERA_KEY] }

  it('verifies as it is, from tiles and entries', async (context) => {
    const folder = join(vectorFolder('tlog-tiles-tessera', context), 'testdata/log')
    const report = await verifyLog({ readFile: reader(folder), policy, leaves: 'opaque' })
    expect(report).toEqual({ ok: true, origin: TESSERA_KEY.name, size: 15, findings: [] })
  })

  it('verifies at each of its 16 sizes', async (context) => {
    const folder = join(vectorFolder('tlog-tiles-tessera', context), 'testdata/log')
    const read = reader(folder)
    for (let size = 0; size <= 15; size++) {
      const readFile = (path: string) => read(path === 'checkpoint' ? `checkpoint.${size}` : path)
      const report = await verifyLog({ readFile, policy, leaves: 'opaque' })
      expect(report).toMatchObject({ ok: true, size })
    }
  })

  it('is built again byte by byte', async (context) => {
    const folder = join(vectorFolder('tlog-tiles-tessera', context), 'testdata/log')
    const bundle = readFileSync(join(folder, 'tile/entries/000.p/15'))
    const builder = new TileBuilder()
    const frontier = new Frontier()
    for (const leaf of decodeBundle(bundle, 15) ?? []) {
      builder.append(leaf, leafHash(leaf))
      frontier.append(leafHash(leaf))
      for (const { path, bytes } of builder.partials())
        expect(readFileSync(join(folder, path)).equals(bytes), path).toBe(true)
      const checkpoint = readFileSync(join(folder, `checkpoint.${frontier.size}`), 'utf8')
      expect(readCheckpoint(checkpoint)?.root).toEqual(frontier.root())
    }
  })
})

function reader(folder: string) {
  return (path: string): Promise<Uint8Array | undefined> =>
    readFile(join(folder, path)).catch(() => undefined)
}
