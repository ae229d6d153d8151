import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeResult, encodeResult } from '../../../../src/core/jobs/canonical-result.ts'

const table = {
  columns: [
    { name: '行业', type: 'VARCHAR' },
    { name: 'n', type: 'BIGINT' },
  ],
  rows: [
    ['C39', '120'],
    [null, '45'],
  ],
}

describe('encodeResult', () => {
  it('writes one header line and one line per row', () => {
    expect(new TextDecoder().decode(encodeResult(table))).toBe(
      '{"columns":[{"name":"行业","type":"VARCHAR"},{"name":"n","type":"BIGINT"}],"encoding":"res-v1"}\n' +
        '["C39","120"]\n[null,"45"]\n',
    )
  })

  it('is undone by decodeResult, whatever the values hold', () => {
    const value = fc.option(fc.string({ unit: 'grapheme' }), { nil: null })
    fc.assert(
      fc.property(fc.array(fc.array(value, { minLength: 2, maxLength: 2 })), (rows) => {
        const encoded = { columns: table.columns, rows }
        expect(decodeResult(encodeResult(encoded))).toEqual(encoded)
      }),
    )
  })

  it('keeps values with line feeds on their own line', () => {
    const encoded = encodeResult({ columns: table.columns, rows: [['a\nb', '1']] })
    expect(new TextDecoder().decode(encoded).split('\n')).toHaveLength(3)
  })
})

describe('decodeResult', () => {
  it('refuses bytes of another encoding', () => {
    const bytes = new TextEncoder().encode('{"columns":[],"encoding":"res-v2"}\n')
    expect(() => decodeResult(bytes)).toThrow('encoding is known')
  })
})
