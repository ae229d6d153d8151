/** A released table for people, with what it guarantees. */

import type { ResultView } from '../model/api.ts'
import type { Printer } from './printer.ts'
import { formatTable } from './text-table.ts'

/** What fits on a screen; `--rows` asks for more. */
export const ROWS_SHOWN = 40

export function showResult(printer: Printer, result: ResultView, maximumRows: number): void {
  showRows(printer, result, maximumRows)
  printer.note(result.guarantee)
}

/** The table and its size. */
export function showRows(printer: Printer, result: ResultView, maximumRows: number): void {
  for (const line of formatTable(result, maximumRows)) printer.line(line)
  const total = result.rows.length
  const shown = Math.min(total, maximumRows)
  printer.note(
    shown < total
      ? { en: `${shown} of ${total} rows`, zh: `共 ${total} 行，显示 ${shown} 行` }
      : { en: `${total} rows`, zh: `共 ${total} 行` },
  )
}
