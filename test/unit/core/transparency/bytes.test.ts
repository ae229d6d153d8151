import { describe, expect, it } from 'vitest'
import {
  decodeBase64,
  decodeUtf8,
  encodeBase64,
  hasControlCharacter,
  parseDecimal,
} from '../../../../src/core/transparency/bytes.ts'

describe('base64', () => {
  it('has one spelling for every sequence of bytes', () => {
    for (const length of [0, 1, 2, 3, 32, 33]) {
      const bytes = Buffer.alloc(length, 0xa5)
      expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes)
    }
    for (const other of ['YQ', 'YQ=', 'YR==', ' YQ==', 'YQ==\n', 'YQ==YQ==', 'Y-_=', '===='])
      expect(decodeBase64(other), JSON.stringify(other)).toBeUndefined()
  })

  it('encodes a view, not the buffer behind it', () => {
    expect(encodeBase64(Buffer.from('xabcx').subarray(1, 4))).toBe('YWJj')
  })
})

describe('UTF-8', () => {
  it('is refused where it would be replaced, and keeps its mark', () => {
    expect(decodeUtf8(Buffer.from('数据'))).toBe('数据')
    expect(decodeUtf8(Uint8Array.of(0xff))).toBeUndefined()
    expect(decodeUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toBeUndefined()
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
  })
})

describe('decimals', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%s is a number', (text, number) => {
    expect(parseDecimal(text)).toBe(number)
  })

  it.each(['', '00', '01', '-1', '+1', '1.0', '1e3', ' 1', '1 ', '９', '9007199254740992'])(
    '%j is none',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined()
    },
  )
})

describe('control characters', () => {
  it('are found, except newline and those allowed', () => {
    expect(hasControlCharacter('a\nb é 数')).toBe(false)
    expect(hasControlCharacter('a\tb')).toBe(true)
    expect(hasControlCharacter('a\tb', '\t')).toBe(false)
    expect(hasControlCharacter('a\u007f')).toBe(true)
    expect(hasControlCharacter('\u0000')).toBe(true)
  })
})
