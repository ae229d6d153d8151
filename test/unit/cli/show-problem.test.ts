import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../../src/cli/display-width.ts'
import { pointAt } from '../../../src/cli/show-problem.ts'

/** Where in the line above it the caret stands. */
function underCaret([line = '', caret = '']: string[], length: number): string {
  const width = displayWidth(caret.slice(0, caret.indexOf('^')))
  let start = 0
  while (displayWidth(line.slice(0, start)) < width) start += 1
  return line.slice(start, start + length)
}

describe('pointAt', () => {
  it('puts the caret under the column of its line', () => {
    expect(pointAt('SELECT region,\n  max(mobile)\nFROM t', { line: 2, column: 7 })).toEqual([
      '  2 |   max(mobile)',
      '    |       ^',
    ])
  })

  it('counts columns in code units and places the caret by display width', () => {
    const sql = "SELECT '制造业𠮷', mobile FROM t"
    const column = sql.indexOf('mobile') + 1
    expect(underCaret(pointAt(sql, { line: 1, column }), 6)).toBe('mobile')
  })

  it('cuts long lines on both sides of the place', () => {
    const sql = `SELECT ${'甲'.repeat(100)} mobile ${'b'.repeat(100)}`
    const lines = pointAt(sql, { line: 1, column: sql.indexOf('mobile') + 1 })
    expect(underCaret(lines, 6)).toBe('mobile')
    expect(lines[0]).toMatch(/\| ….*mobile b+…$/)
    for (const line of lines) expect(displayWidth(line)).toBeLessThan(104)
  })

  it.each([
    ['past the end of the line', { line: 1, column: 99 }],
    ['after the last line', { line: 9, column: 1 }],
  ])('survives a place %s', (_, place) => {
    expect(() => pointAt('SELECT 1', place)).not.toThrow()
  })

  it('shows a tab as one column', () => {
    expect(pointAt('\t\tmobile', { line: 1, column: 3 })[0]).toBe('  1 |   mobile')
  })
})
