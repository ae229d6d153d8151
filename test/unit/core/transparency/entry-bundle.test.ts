import { describe, expect, it } from 'vitest'
import {
  decodeBundle,
  decodeEntries,
  encodeBundle,
} from '../../../../src/core/transparency/entry-bundle.ts'

const ENTRIES = ['one', '', 'three', 'x'.repeat(65_535)].map((text) => Buffer.from(text))

describe('a bundle', () => {
  it('puts the length in front of each entry, in network order', () => {
    expect(encodeBundle([Buffer.from('one'), Buffer.from('two')])).toEqual(
      Buffer.from('\0\x03one\0\x03two'),
    )
  })

  it('reads back as what was written', () => {
    const bundle = encodeBundle(ENTRIES)
    expect(decodeBundle(bundle, 4)).toEqual(ENTRIES)
    expect(decodeEntries(bundle, 2)).toEqual({ entries: ENTRIES.slice(0, 2), end: 7 })
    expect(decodeBundle(new Uint8Array(0), 0)).toEqual([])
  })

  it('is refused with one entry or one byte too many or too few', () => {
    const bundle = encodeBundle(ENTRIES)
    expect(decodeBundle(bundle, 3)).toBeUndefined()
    expect(decodeBundle(bundle, 5)).toBeUndefined()
    expect(decodeBundle(bundle.subarray(0, -1), 4)).toBeUndefined()
    expect(decodeBundle(Buffer.concat([bundle, Uint8Array.of(0)]), 4)).toBeUndefined()
    expect(decodeEntries(Uint8Array.of(0), 1)).toBeUndefined()
  })
})
