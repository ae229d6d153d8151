/** One journal record: the entries of a commit and the checkpoint signed over them. */

import { decodeUtf8, encodeUtf8 } from '../core/transparency/bytes.ts'
import { decodeEntries, encodeBundle } from '../core/transparency/entry-bundle.ts'

export interface JournalRecord {
  readonly leaves: readonly Uint8Array[]
  /** The signed checkpoint whose size and root include these leaves. */
  readonly checkpoint: string
}

const COUNT_BYTES = 4

/** Entries and their signed head share one record, so that neither is ever durable alone. */
export function encodeRecord({ leaves, checkpoint }: JournalRecord): Uint8Array {
  const count = Buffer.alloc(COUNT_BYTES)
  count.writeUInt32BE(leaves.length)
  return Buffer.concat([count, encodeBundle(leaves), encodeUtf8(checkpoint)])
}

export function decodeRecord(record: Uint8Array): JournalRecord | undefined {
  if (record.length < COUNT_BYTES) return undefined
  const view = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
  const body = view.subarray(COUNT_BYTES)
  const run = decodeEntries(body, view.readUInt32BE(0))
  const checkpoint = run && decodeUtf8(body.subarray(run.end))
  return run && checkpoint !== undefined ? { leaves: run.entries, checkpoint } : undefined
}
