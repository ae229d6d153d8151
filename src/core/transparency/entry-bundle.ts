/** Entries side by side, each after its length as a big-endian 16-bit number: bundles and records. */

/** Encodes entries one after another. Each is at most 65,535 bytes, which the leaf cap ensures. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  let offset = 0
  for (const entry of entries) {
    offset = bytes.writeUInt16BE(entry.length, offset)
    bytes.set(entry, offset)
    offset += entry.length
  }
  return bytes
}

export interface EntryRun {
  readonly entries: readonly Uint8Array[]
  /** Offset of the first byte behind the last entry. */
  readonly end: number
}

/** Decodes exactly `count` entries from the start of `bytes`. */
export function decodeEntries(bytes: Uint8Array, count: number): EntryRun | undefined {
  const entries: Uint8Array[] = []
  let offset = 0
  while (entries.length < count) {
    const [high, low] = bytes.subarray(offset, offset + 2)
    if (high === undefined || low === undefined) return undefined
    const end = offset + 2 + high * 256 + low
    if (end > bytes.length) return undefined
    entries.push(bytes.subarray(offset + 2, end))
    offset = end
  }
  return { entries, end: offset }
}

/** Decodes a bundle of exactly `count` entries; bytes too many or too few are refused. */
export function decodeBundle(bytes: Uint8Array, count: number): readonly Uint8Array[] | undefined {
  const run = decodeEntries(bytes, count)
  return run?.end === bytes.length ? run.entries : undefined
}
