/**
 * What we read of a CSV file ourselves: its header, because the engine renames duplicate columns
 * silently, and the number of its records, because with some line ends it finds none and says nothing.
 */

import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs'

const HEADER_BYTES = 64 * 1024

export interface CsvHeader {
  readonly names: readonly string[]
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
    const names = parseRecord(text)
    return names && { names, endsWithNewline: end[0] === NEWLINE }
  } finally {
    closeSync(file)
  }
}

function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  return buffer.subarray(0, readSync(file, buffer, 0, length, position))
}

/** One record of RFC 4180. */
function parseRecord(text: string): readonly string[] | undefined {
  const names: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/y
  for (;;) {
    const match = field.exec(text)
    if (match === null) return undefined
    const [, quoted, plain = '', end] = match
    names.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end !== ',') return names
  }
}

const NEWLINE = 0x0a
const QUOTE = 0x22

/** Counts line ends outside quotes; the header is a record too. */
export async function countCsvRecords(path: string): Promise<number> {
  let records = 0
  let isQuoted = false
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    for (const byte of chunk as Buffer) {
      if (byte === QUOTE) isQuoted = !isQuoted
      else if (byte === NEWLINE && !isQuoted) records += 1
    }
  }
  return records
}
