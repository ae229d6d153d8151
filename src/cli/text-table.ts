/** A table for a terminal: aligned columns, numbers to the right, as many rows as one reads. */

import type { TextTable } from '../model/table.ts'
import { clipEnd, displayWidth, padEnd, padStart } from './display-width.ts'
import { printable } from './printer.ts'

const MAXIMUM_CELL_WIDTH = 40
const GAP = '  '
const NUMERIC = /INT|^(FLOAT|DOUBLE|DECIMAL)/

/** Lines of the table: a header, a rule, and at most `maximumRows` rows. */
export function formatTable(table: TextTable, maximumRows: number): string[] {
  const rows = table.rows.slice(0, maximumRows).map((row) => row.map(formatCell))
  const columns = table.columns.map(({ name, type }, index) => {
    const title = formatCell(name)
    const cells = rows.map((row) => row[index] ?? '')
    const width = Math.max(...[title, ...cells].map(displayWidth))
    const pad = NUMERIC.test(type) ? padStart : padEnd
    return [title, '─'.repeat(width), ...cells].map((text) => pad(text, width))
  })
  return Array.from({ length: rows.length + 2 }, (_, line) =>
    columns
      .map((cells) => cells[line] ?? '')
      .join(GAP)
      .trimEnd(),
  )
}

function formatCell(value: string | null): string {
  if (value === null) return 'NULL'
  return clipEnd(printable(value.replace(/[\n\t\r]+/g, ' ')), MAXIMUM_CELL_WIDTH)
}
