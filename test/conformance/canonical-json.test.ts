/**
 * Goal: canonical JSON is RFC 8785.
 * Method: the files of the reference implementation, and its generated list of numbers, whose
 * digests it publishes.
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type CanonicalValue, canonicalJson } from '../../src/model/canonical-json.ts'
import { vectorFolder } from '../support/audit-vectors.ts'

it('writes the six published files', (context) => {
  const folder = join(vectorFolder('jcs', context), 'testdata')
  const names = readdirSync(join(folder, 'input'))
  expect(names).toHaveLength(6)
  for (const name of names) {
    const value = JSON.parse(readFileSync(join(folder, 'input', name), 'utf8')) as CanonicalValue
    const hex = readFileSync(join(folder, 'outhex', name.replace('.json', '.txt')), 'utf8')
    expect(Buffer.from(canonicalJson(value)).toString('hex'), name).toBe(hex.replaceAll(/\s/g, ''))
  }
})

it('writes the published sequence of numbers', (context) => {
  const readme = readFileSync(join(vectorFolder('jcs', context), 'testdata/README.md'), 'utf8')
  const fixed = [...readme.matchAll(/0x([0-9a-f]{16})n,/g)].map(([, hex]) => BigInt(`0x${hex}`))
  const published = [...readme.matchAll(/\| ([0-9a-f]{64}) \| (\d+) /g)]
    .map(([, digest, count]) => ({ digest, count: Number(count) }))
    .filter(({ count }) => count <= 100_000)
  expect(published.map(({ count }) => count)).toEqual([1000, 10_000, 100_000])

  const lines: string[] = []
  for (const number of numbers(fixed)) {
    lines.push(`${bitsOf(number).toString(16)},${canonicalJson(number)}\n`)
    if (lines.length === 100_000) break
  }
  for (const { digest, count } of published) {
    const text = lines.slice(0, count).join('')
    expect(createHash('sha256').update(text).digest('hex'), `${count} lines`).toBe(digest)
  }
})

/** The listed numbers, 2000 around the smallest normal one, then numbers from a hash chain. */
function* numbers(fixed: readonly bigint[]): Generator<number> {
  for (const bits of fixed) yield numberOf(bits)
  for (let n = 0; n < 2000; n++) yield numberOf(0x0010000000000000n + BigInt(n))
  for (let block = Buffer.alloc(32); ; ) {
    block = createHash('sha256').update(block).digest()
    for (let at = 0; at < 32; at += 8) {
      const number = block.readDoubleLE(at)
      if (number !== 0 && Number.isFinite(number)) yield number
    }
  }
}

function numberOf(bits: bigint): number {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(bits)
  return bytes.readDoubleLE()
}

function bitsOf(number: number): bigint {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(number)
  return bytes.readBigUInt64LE()
}
