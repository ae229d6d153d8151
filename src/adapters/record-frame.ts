/** How records lie in a segment file: a header with length and checksum, then the record. */

import { crc32 } from 'node:zlib'

/** No record starts like text, so content cannot pass for a frame. */
const MAGIC = Buffer.from([0x9e, 0x47, 0x42, 0x01])
const HEADER_BYTES = 12
const LENGTH_AT = 4
const CHECKSUM_AT = 8

/** The largest record: a full batch of entries and its checkpoint, with room. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024
export const MAX_FRAME_BYTES = HEADER_BYTES + MAX_RECORD_BYTES

export interface Frame {
  readonly record: Uint8Array
  /** Offset of the first byte behind the frame. */
  readonly end: number
}

export function encodeFrame(record: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + record.length)
  frame.set(MAGIC)
  frame.writeUInt32LE(record.length, LENGTH_AT)
  frame.writeUInt32LE(checksum(frame, record), CHECKSUM_AT)
  frame.set(record, HEADER_BYTES)
  return frame
}

/** The frame that starts at `offset`, or undefined when there is no whole and unharmed one. */
export function decodeFrame(bytes: Buffer, offset: number): Frame | undefined {
  const start = offset + HEADER_BYTES
  if (start > bytes.length || bytes.compare(MAGIC, 0, 4, offset, offset + 4) !== 0) return undefined
  const length = bytes.readUInt32LE(offset + LENGTH_AT)
  const end = start + length
  if (length > MAX_RECORD_BYTES || end > bytes.length) return undefined
  const record = bytes.subarray(start, end)
  const stated = bytes.readUInt32LE(offset + CHECKSUM_AT)
  return stated === checksum(bytes.subarray(offset), record) ? { record, end } : undefined
}

/** Whether a whole frame starts anywhere from `offset` on. */
export function holdsFrame(bytes: Buffer, offset: number): boolean {
  let candidate = bytes.indexOf(MAGIC, offset)
  while (candidate !== -1) {
    if (decodeFrame(bytes, candidate) !== undefined) return true
    candidate = bytes.indexOf(MAGIC, candidate + 1)
  }
  return false
}

/** Covers magic and length too, so that a damaged length is noticed as such. */
function checksum(frame: Buffer, record: Uint8Array): number {
  return crc32(record, crc32(frame.subarray(0, CHECKSUM_AT)))
}
