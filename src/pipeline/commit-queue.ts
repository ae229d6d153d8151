/** Entries that wait for the disk. Whatever waits together is committed together, within caps. */

import type { AuditEntry, CommittedEntry } from '../model/audit-entry.ts'

export interface WaitingEntry {
  readonly leaf: Uint8Array
  readonly hash: Uint8Array
  readonly entry: AuditEntry
  readonly index: number
  resolve(committed: CommittedEntry): void
  reject(reason: Error): void
}

const MAX_BATCH_ENTRIES = 4096
const MAX_BATCH_BYTES = 4 * 1024 * 1024

export class CommitQueue {
  readonly #waiting: WaitingEntry[] = []

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  push(entry: WaitingEntry): void {
    this.#waiting.push(entry)
  }

  /** The longest run from the front that one record may hold. */
  takeBatch(): readonly WaitingEntry[] {
    let bytes = 0
    const limit = this.#waiting.findIndex(({ leaf }, count) => {
      bytes += leaf.length
      return count >= MAX_BATCH_ENTRIES || bytes > MAX_BATCH_BYTES
    })
    return this.#waiting.splice(0, limit === -1 ? this.#waiting.length : limit)
  }

  rejectAll(reason: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason)
  }
}
