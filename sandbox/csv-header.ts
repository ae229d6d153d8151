/** The first line of a CSV file, read by us: the engine would rename duplicate columns silently. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const HEADER_BYTES = 64 * 1024

export interface CsvHeader {
  readonly names: readonly string[]
  readonly newline: '\\n' | '\\r\\n'
  /** A file cut off in its last row still parses; a missing last newline gives it away. */
  readonly endsWithNewline: boolean
}

/** Returns `undefined` where the first line is not a CSV record of at most 64 KiB in UTF-8. */
export function readCsvHeader(path: string): CsvHeader | undefined {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const start = readAt(file, 0, Math.min(size, HEADER_BYTES))
    const end = readAt(file, Math.max(size - 1, 0), Math.min(size, 1))
    const text = start.toString('utf8').replace(/^\uFEFF/, '')
    const record = parseRecord(text)
    return record && { ...record, endsWithNewline: end.toString('latin1') === '\n' }
  } finally {
    closeSync(file)
  }
}

function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  return buffer.subarray(0, readSync(file, buffer, 0, length, position))
}

/** One record of RFC 4180. */
function parseRecord(text: string): Omit<CsvHeader, 'endsWithNewline'> | undefined {
  const names: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/y
  for (;;) {
    const match = field.exec(text)
    if (match === null) return undefined
    const [, quoted, plain = '', end] = match
    names.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    return { names, newline: end === '\r\n' ? '\\r\\n' : '\\n' }
  }
}
