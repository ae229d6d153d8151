import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encodeGroupKey,
  isInDomain,
  publicGroupCount,
  publicGroups,
  toBytes,
} from '../../../../src/core/release/group-keys.ts'
import { aNode } from '../../../support/release-builders.ts'

const keys = fc.array(fc.option(fc.string({ unit: 'binary', maxLength: 4 })), {
  minLength: 2,
  maxLength: 2,
})

describe('encodeGroupKey', () => {
  it('gives distinct keys distinct bytes', () => {
    fc.assert(
      fc.property(keys, keys, (a, b) => {
        const isEqual = a.every((value, i) => value === b[i])
        expect(encodeGroupKey(a) === encodeGroupKey(b)).toBe(isEqual)
      }),
    )
  })

  it.each([
    { why: 'text moved between keys', a: ['ab', 'c'], b: ['a', 'bc'] },
    { why: 'NULL is not empty text', a: [null, 'a'], b: ['', 'a'] },
    { why: 'a zero byte is not an end', a: ['a\0\x01b', 'c'], b: ['a', 'b\0\x01c'] },
    { why: 'a zero byte is not NULL', a: ['\0', ''], b: [null, null] },
  ])('$why', ({ a, b }) => {
    expect(encodeGroupKey(a)).not.toBe(encodeGroupKey(b))
  })

  it('sorts NULL first, then text by its UTF-8 bytes', () => {
    const values = [null, '', '\0', 'A', 'a', 'a\0', 'aa', '江', '\u{1f600}']
    const sorted = values
      .toReversed()
      .toSorted((a, b) => (encodeGroupKey([a]) < encodeGroupKey([b]) ? -1 : 1))
    expect(sorted).toEqual(values)
  })

  it('becomes bytes one by one', () => {
    expect([...toBytes(encodeGroupKey(['é', null]))]).toEqual([1, 0xc3, 0xa9, 0, 0])
  })
})

describe('public groups', () => {
  const node = aNode({
    keys: [
      { column: 'k0', source: 'a', domain: ['x', 'y', 'x'] },
      { column: 'k1', source: 'b', domain: ['1', '2', '3'] },
    ],
  })

  it('are every combination once', () => {
    expect([...publicGroups(node.keys)]).toHaveLength(6)
    expect(publicGroupCount(node)).toBe(6n)
  })

  it('are one group without keys, and unknown with a private key', () => {
    expect([...publicGroups([])]).toEqual([[]])
    expect(publicGroupCount(aNode({ keys: [] }))).toBe(1n)
    expect(publicGroupCount(aNode())).toBeUndefined()
  })

  it('do not include NULL or values outside the list', () => {
    const domains = [new Set(['x']), undefined]
    expect(isInDomain(['x', null], domains)).toBe(true)
    expect(isInDomain([null, 'a'], domains)).toBe(false)
    expect(isInDomain(['z', 'a'], domains)).toBe(false)
  })
})
