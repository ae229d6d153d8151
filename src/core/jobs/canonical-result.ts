/**
 * The canonical bytes of a result (encoding `res-v1`): what the receipt's digest covers.
 *
 * One line of canonical JSON with encoding, names and types, then one line per row, an array of
 * text values; every line ends with LF. CSV, JSON and Arrow are renderings of these bytes.
 */

import { assert } from '../../model/assert.ts'
import { canonicalJson } from '../../model/canonical-json.ts'
import type { TextTable, TextValue } from '../../model/table.ts'

const ENCODING = 'res-v1'

export function encodeResult(table: TextTable): Uint8Array {
  const columns = table.columns.map(({ name, type }) => ({ name, type }))
  const lines = [canonicalJson({ encoding: ENCODING, columns }), ...table.rows.map(canonicalJson)]
  return new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
}

/** @throws {InvariantViolation} Bytes that `encodeResult` did not write. */
export function decodeResult(bytes: Uint8Array): TextTable {
  const lines = new TextDecoder('utf-8', { fatal: true }).decode(bytes).split('\n')
  const [head = '', ...body] = lines
  assert(body.pop() === '', 'a result ends with a line feed')
  const header = JSON.parse(head) as { encoding: string; columns: TextTable['columns'] }
  assert(header.encoding === ENCODING, 'the result encoding is known')
  return { columns: header.columns, rows: body.map((line) => JSON.parse(line) as TextValue[]) }
}
