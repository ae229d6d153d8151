/**
 * Goal: signatures are accepted and rejected as the Ed25519 test suites say.
 * Method: Project Wycheproof's cases with their verdicts. For the edge points of C2SP's CCTV there
 * is no verdict: standards differ, so our answer is pinned and a change of library shows.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { verifyEd25519 } from '../../src/core/transparency/signed-note.ts'
import { vectorFolder } from '../support/audit-vectors.ts'

const Hex = z.string().transform((text) => Buffer.from(text, 'hex'))
const Wycheproof = z.object({
  testGroups: z.array(
    z.object({
      publicKey: z.object({ pk: Hex }),
      tests: z.array(
        z.object({ tcId: z.number(), msg: Hex, sig: Hex, result: z.enum(['valid', 'invalid']) }),
      ),
    }),
  ),
})
const EdgePoints = z.array(
  z.object({
    number: z.number(),
    key: Hex,
    sig: Hex,
    msg: z.string(),
    flags: z.array(z.string()).nullable(),
  }),
)

it('agrees with 151 cases of Wycheproof', (context) => {
  const folder = vectorFolder('wycheproof', context)
  const file = join(folder, 'testvectors_v1/ed25519_test.json')
  const { testGroups } = Wycheproof.parse(JSON.parse(readFileSync(file, 'utf8')))
  const cases = testGroups.flatMap(({ publicKey, tests }) =>
    tests.map((test) => ({ ...test, key: publicKey.pk })),
  )
  expect(cases).toHaveLength(151)
  const wrong = cases.filter(
    ({ key, msg, sig, result }) => verifyEd25519(key, msg, sig) !== (result === 'valid'),
  )
  expect(wrong.map(({ tcId }) => tcId)).toEqual([])
})

it('answers edge points as most libraries do: only R and the residue decide', (context) => {
  const file = join(vectorFolder('cctv-ed25519', context), 'ed25519/ed25519vectors.json')
  const points = EdgePoints.parse(JSON.parse(readFileSync(file, 'utf8')))
  const surprising = points
    .map((point) => ({ ...point, flags: point.flags ?? [] }))
    .filter(({ flags }) => !flags.includes('reencoded_k'))
    .filter(({ key, msg, sig, flags }) => {
      const isRejected = flags.includes('non_canonical_R') || flags.includes('low_order_residue')
      return verifyEd25519(key, Buffer.from(msg), sig) === isRejected
    })
  expect(surprising.map(({ number }) => number)).toEqual([])
})
