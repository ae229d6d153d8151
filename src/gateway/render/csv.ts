/**
 * CSV as RFC 4180 has it: CRLF, quotes doubled, a header line. NULL is an empty field and the
 * empty string is `""`, so the two stay apart.
 *
 * Spreadsheets run cells that begin with `= + - @`, tab or return as formulas. Group keys are data,
 * so such text gets an apostrophe in front; numbers never do. JSON, Arrow and the canonical form
 * carry the exact text.
 */

import type { TableColumn, TextTable, TextValue } from '../../model/table.ts'

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)\b/

export function toCsv(table: TextTable): string {
  const header = table.columns.map(({ name }) => quote(disarm(name))).join(',')
  const lines = table.rows.map((row) =>
    row.map((value, index) => encodeCell(value, table.columns[index])).join(','),
  )
  return [header, ...lines].map((line) => `${line}\r\n`).join('')
}

function encodeCell(value: TextValue, column: TableColumn | undefined): string {
  if (value === null) return ''
  return quote(NUMERIC.test(column?.type ?? '') ? value : disarm(value))
}

function disarm(text: string): string {
  return /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? `'${text}` : text
}

function quote(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
