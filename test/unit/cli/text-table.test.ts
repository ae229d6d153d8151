import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../../src/cli/display-width.ts'
import { formatTable } from '../../../src/cli/text-table.ts'

const TABLE = {
  columns: [
    { name: '行业', type: 'VARCHAR' },
    { name: 'n', type: 'BIGINT' },
    { name: 'region', type: 'VARCHAR' },
  ],
  rows: [
    ['制造业', '1200', '南昌'],
    ['retail', '7', null],
    ['农业 (agri)', null, 'x'],
  ],
}

describe('formatTable', () => {
  it('aligns columns by display width and numbers to the right', () => {
    expect(formatTable(TABLE, 10)).toEqual([
      '行业            n  region',
      '───────────  ────  ──────',
      '制造业       1200  南昌',
      'retail          7  NULL',
      '农业 (agri)  NULL  x',
    ])
  })

  it('starts every column at the same place whatever the script', () => {
    const [, rule = '', ...rows] = formatTable(TABLE, 10)
    const start = displayWidth(rule.slice(0, rule.lastIndexOf('  ') + 2))
    const places = rows.map((row) => displayWidth(row.slice(0, row.lastIndexOf('  ') + 2)))
    expect(places).toEqual([start, start, start])
  })

  it('shows the first rows only', () => {
    expect(formatTable(TABLE, 1)).toHaveLength(3)
  })

  it('keeps cells on one line, short, and unable to steer the terminal', () => {
    const rows = [['a\nb\tc'], ['\u001b[2Jgone'], ['x'.repeat(100)]]
    const lines = formatTable({ columns: [{ name: 'c', type: 'VARCHAR' }], rows }, 10)
    expect(lines.slice(2)).toEqual(['a b c', '\uFFFD[2Jgone', `${'x'.repeat(39)}…`])
  })
})
