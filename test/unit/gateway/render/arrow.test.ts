import { tableFromIPC } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { toArrowStream } from '../../../../src/gateway/render/arrow.ts'
import type { TextValue } from '../../../../src/model/table.ts'

/** One column through the stream and back: the Arrow type, and the values as Arrow reads them. */
function roundTrip(type: string, values: readonly TextValue[]) {
  const columns = [{ name: 'c', type }]
  const table = tableFromIPC(toArrowStream({ columns, rows: values.map((value) => [value]) }, {}))
  const vector = table.getChild('c')
  return { type: String(vector?.type), values: values.map((_, index) => vector?.get(index)) }
}

/** The 128-bit two's complement integer behind a decimal, independent of the code under test. */
function unscaled(words: Uint32Array | null): bigint | null {
  if (words === null) return null
  const bits = [...words].reduce(
    (sum, word, index) => sum | (BigInt(word) << BigInt(32 * index)),
    0n,
  )
  return BigInt.asIntN(128, bits)
}

describe('toArrowStream', () => {
  it.each([
    [
      'BIGINT',
      'Int64',
      ['9223372036854775807', '-9223372036854775808', null],
      [9223372036854775807n, -9223372036854775808n, null],
    ],
    ['INTEGER', 'Int32', ['2147483647', null, '-2147483648'], [2147483647, null, -2147483648]],
    ['SMALLINT', 'Int32', ['-5'], [-5]],
    [
      'DOUBLE',
      'Float64',
      ['0.1', '-1e-300', '1e+20', 'inf', '-inf', 'nan', null],
      [0.1, -1e-300, 1e20, Infinity, -Infinity, Number.NaN, null],
    ],
    ['BOOLEAN', 'Bool', ['true', 'false', null], [true, false, null]],
    ['VARCHAR', 'Utf8', ['制造业', '', null, '👩‍🔬'], ['制造业', '', null, '👩‍🔬']],
    [
      'HUGEINT',
      'Utf8',
      ['170141183460469231731687303715884105727'],
      ['170141183460469231731687303715884105727'],
    ],
    ['VARCHAR[]', 'Utf8', ['[a, b]'], ['[a, b]']],
  ])('carries %s as %s', (type, arrowType, texts, values) => {
    expect(roundTrip(type, texts)).toEqual({ type: arrowType, values })
  })

  it('carries dates as days, before and after the epoch', () => {
    const texts = ['1970-01-01', '0001-01-01', '2026-02-28', '9999-12-31', null]
    const { type, values } = roundTrip('DATE', texts)
    expect(type).toBe('Date32<DAY>')
    const dates = values.map((ms) => ms && new Date(Number(ms)).toISOString().slice(0, 10))
    expect(dates.slice(1)).toEqual(texts.slice(1))
    expect(values[0]).toBe(0)
  })

  it.each([
    ['DECIMAL(38,2)', 'Decimal[38e+2]'],
    ['DECIMAL(18,2)', 'Decimal[18e+2]'],
  ])('carries %s as 128-bit decimals', (type, arrowType) => {
    const round = roundTrip(type, ['10.50', '-3.00', '0.01', '-0.01', '7', null])
    expect(round.type).toBe(arrowType)
    expect(round.values.map(unscaled)).toEqual([1050n, -300n, 1n, -1n, 700n, null])
  })

  it('carries the largest decimals there are', () => {
    const digits = '9'.repeat(38)
    const round = roundTrip('DECIMAL(38,0)', [digits, `-${digits}`])
    expect(round.values.map(unscaled)).toEqual([BigInt(digits), -BigInt(digits)])
  })

  it.each([
    ['BIGINT', ['1', '9223372036854775808']],
    ['INTEGER', ['2147483648']],
    ['DECIMAL(5,2)', ['1000.00']],
    ['DECIMAL(5,2)', ['1.005']],
    ['DATE', ['2026-02-30']],
    ['DATE', ['infinity']],
    ['BOOLEAN', ['t']],
    ['DOUBLE', ['']],
  ])('sends a whole %s column as text when %j does not fit', (type, texts) => {
    expect(roundTrip(type, texts)).toEqual({ type: 'Utf8', values: texts })
  })

  it('keeps engine types and the digest in the schema', () => {
    const columns = [{ name: 'total', type: 'HUGEINT' }]
    const bytes = toArrowStream({ columns, rows: [] }, { 'glovebox.digest': 'abc' })
    const { schema, numRows } = tableFromIPC(bytes)
    expect(numRows).toBe(0)
    expect(schema.metadata.get('glovebox.digest')).toBe('abc')
    expect(schema.fields[0]?.metadata.get('engineType')).toBe('HUGEINT')
    expect(schema.fields[0]?.nullable).toBe(true)
  })

  it('carries ten thousand rows with NULLs in every place of a byte', () => {
    const numbers = Array.from({ length: 10_000 }, (_, i) =>
      i % 7 === 3 ? null : String(i - 5000),
    )
    const rows = numbers.map((n) => [n, n === null ? '行' : null, n === null ? null : `${n}.25`])
    const columns = [
      { name: 'n', type: 'BIGINT' },
      { name: 't', type: 'VARCHAR' },
      { name: 'd', type: 'DECIMAL(20,2)' },
    ]
    const table = tableFromIPC(toArrowStream({ columns, rows }, {}))
    expect(table.numRows).toBe(10_000)
    const [n, t, d] = ['n', 't', 'd'].map((name) => table.getChild(name))
    for (const [index, number] of numbers.entries()) {
      const text = number === null ? null : BigInt(number)
      const sign = number?.startsWith('-') ? -1n : 1n
      expect(n?.get(index)).toBe(text)
      expect(t?.get(index)).toBe(number === null ? '行' : null)
      expect(unscaled(d?.get(index))).toBe(text === null ? null : text * 100n + sign * 25n)
    }
    expect([n?.nullCount, t?.nullCount]).toEqual([1429, 8571])
  })
})
