import { describe, expect, it } from 'vitest'
import { toCsv } from '../../../../src/gateway/render/csv.ts'

const column = (type: string) => [{ name: 'c', type }]
const cell = (value: string | null, type = 'VARCHAR') =>
  toCsv({ columns: column(type), rows: [[value]] }).split('\r\n')[1]

describe('toCsv', () => {
  it('writes a header line and ends every line with CRLF', () => {
    const table = {
      columns: [
        { name: 'region', type: 'VARCHAR' },
        { name: 'n, all', type: 'BIGINT' },
      ],
      rows: [
        ['北京', '12'],
        ['上海', '7'],
      ],
    }
    expect(toCsv(table)).toBe('region,"n, all"\r\n北京,12\r\n上海,7\r\n')
  })

  it('keeps NULL and the empty string apart', () => {
    expect(cell(null)).toBe('')
    expect(cell('')).toBe('""')
  })

  it('quotes commas, quotes and line ends', () => {
    expect(cell('a,b')).toBe('"a,b"')
    expect(cell('say "hi"')).toBe('"say ""hi"""')
    expect(toCsv({ columns: column('VARCHAR'), rows: [['a\r\nb']] })).toBe('c\r\n"a\r\nb"\r\n')
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '＝1'])(
    'keeps a spreadsheet from running the text %j',
    (text) => {
      expect(cell(text)).toBe(`'${text}`)
    },
  )

  it.each(['BIGINT', 'INTEGER', 'HUGEINT', 'DOUBLE', 'DECIMAL(38,2)'])(
    'leaves a negative %s as it is',
    (type) => {
      expect(cell('-12', type)).toBe('-12')
    },
  )

  it('disarms column names as well, because operators choose them', () => {
    expect(toCsv({ columns: [{ name: '=x', type: 'BIGINT' }], rows: [] })).toBe("'=x\r\n")
  })
})
