/**
 * The audit journal: the log is the database, and an action whose entry is not durable has not
 * happened.
 *
 * Entries that arrive while a commit is on its way to the disk form the next one. Each commit is
 * one record with its entries and a signed checkpoint over them. The first error of the disk stops
 * the journal for good: what is durable is then unknown, and only a restart may find out.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { toDigest } from '../core/transparency/bytes.ts'
import { signCheckpoint } from '../core/transparency/checkpoint.ts'
import { encodeEntry } from '../core/transparency/entry.ts'
import type { JobChains } from '../core/transparency/entry-order.ts'
import { type Frontier, leafHash } from '../core/transparency/merkle-tree.ts'
import { verifierKeyOf } from '../core/transparency/signed-note.ts'
import { formatSingleLogPolicy } from '../core/transparency/trust-policy.ts'
import { assert } from '../model/assert.ts'
import type { CommittedEntry, EntryDraft } from '../model/audit-entry.ts'
import { CommitQueue, type WaitingEntry } from './commit-queue.ts'
import { EntryStamp } from './entry-stamp.ts'
import { LogReader } from './journal-reader.ts'
import { encodeRecord } from './journal-record.ts'
import { type RecoveredLog, recoverLog } from './journal-recovery.ts'
import type { BlobStore, Clock, Journal, RandomSource, RecordStore, Signer } from './ports.ts'
import type { Publication } from './publication.ts'

/** The journal accepts no entries: it was closed, or an error left it in doubt. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable'
}

export interface JournalParts {
  readonly records: RecordStore
  /** The published directory. */
  readonly tiles: BlobStore
  /** A second copy of the newest checkpoint, on another path: a log cut back to before it is refused. */
  readonly marks?: BlobStore
  readonly signer: Signer
  readonly clock: Clock
  readonly random: RandomSource
  /** What runs, by name and digest; written into every `log.start` entry. */
  readonly software: Readonly<Record<string, string>>
  /** How long entries may stay unpublished while nobody waits for them. */
  readonly publicationDelayMs?: number
}

/** Commits wait for the publication beyond this, so that memory stays bounded. */
const MAX_BACKLOG_BYTES = 32 * 1024 * 1024
const PUBLICATION_DELAY_MS = 1000

/**
 * Recovers the log and opens it for one writer, beginning with a `log.start` entry. From then on
 * the journal owns the records and closes them; until then they stay with the caller.
 *
 * @throws {LogDamaged} The stored log contradicts itself; nothing was written then.
 */
export async function openJournal(parts: JournalParts): Promise<SignedJournal> {
  const key = verifierKeyOf(parts.signer)
  const recovered = await recoverLog(parts.records, parts, { logs: [key] })
  const journal = new SignedJournal(parts, recovered)
  const { tornBytes } = parts.records
  const system = { subject: 'system', organisation: parts.signer.origin } as const
  await journal.append({
    type: 'log.start',
    actor: system,
    refs: { ...parts.software },
    body: {
      previousSize: recovered.frontier.size,
      tornBytes,
      restoredFiles: recovered.restoredFiles,
      keyId: `${key.name}+${key.id}`,
    },
  })
  if (tornBytes > 0)
    await journal.append({ type: 'log.recovered', actor: system, body: { tornBytes } })
  await journal.flushPublication()
  return journal
}

export class SignedJournal implements Journal {
  readonly #parts: JournalParts
  readonly #frontier: Frontier
  readonly #chains: JobChains
  readonly #publication: Publication
  readonly #reader: LogReader
  readonly #stamp: EntryStamp
  /** Entries accepted so far; `size` counts the durable ones. */
  #accepted: number
  #size: number
  readonly #queue = new CommitQueue()
  #isCommitting = false
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  #inDoubt = false

  /** Use `openJournal`: a journal without recovery would fork the log. */
  constructor(parts: JournalParts, recovered: RecoveredLog) {
    this.#parts = parts
    this.#frontier = recovered.frontier
    this.#chains = recovered.chains
    this.#publication = recovered.publication
    this.#reader = new LogReader(recovered.publication, parts.tiles)
    this.#accepted = recovered.frontier.size
    this.#size = recovered.frontier.size
    this.#stamp = new EntryStamp(parts.clock, parts.random, recovered.chains)
  }

  get size(): number {
    return this.#size
  }

  /** Whether an error left unknown what is durable. Only opening the log anew can tell. */
  get inDoubt(): boolean {
    return this.#inDoubt
  }

  /**
   * Resolves once the entry and a signed checkpoint over it are durable.
   *
   * @throws {LogUnavailable} The entry may or may not be durable; nothing may act on it.
   * @throws {InvariantViolation} The draft has no leaf form; nothing was logged.
   */
  async append(draft: EntryDraft): Promise<CommittedEntry> {
    if (this.#inDoubt || this.#isClosed) throw unavailable()
    const entry = this.#stamp.stamp(draft)
    const leaf = encodeEntry(entry)
    const hash = leafHash(leaf)
    const index = this.#accepted
    // Only now: an entry that could not be encoded must leave no gap in its job's chain.
    this.#accepted += 1
    this.#chains.follow(entry, index, toDigest(hash))
    return new Promise((resolve, reject) => {
      this.#queue.push({ leaf, hash, entry, index, resolve, reject })
      if (!this.#isCommitting) void this.#commitAll()
    })
  }

  /** Entries from `from` up to those durable when the call was made, in order. */
  entries(from = 0): AsyncIterable<CommittedEntry> {
    return this.#reader.entries(from, this.#size)
  }

  /** The published checkpoint: all files that it implies can be read. */
  checkpoint(): string {
    const { published } = this.#publication
    assert(published !== undefined, 'opening a journal publishes its first entries')
    return published.note
  }

  /** The exact bytes of an entry, or undefined beyond the log. */
  leaf(index: number): Promise<Uint8Array | undefined> {
    return this.#reader.leaf(index, this.#size)
  }

  /** Hashes as base64 from the leaf's sibling up, or undefined for a place that is not in the log. */
  async inclusionProof(index: number, size: number): Promise<readonly string[] | undefined> {
    return size <= this.#size ? this.#reader.inclusionProof(index, size) : undefined
  }

  /** Hashes as base64 showing that the tree of `to` extends that of `from`, or undefined. */
  async consistencyProof(from: number, to: number): Promise<readonly string[] | undefined> {
    return to <= this.#size ? this.#reader.consistencyProof(from, to) : undefined
  }

  /** A published file of the tlog-tiles layout, or undefined when there is none of that name. */
  tile(path: string): Promise<Uint8Array | undefined> {
    return this.#reader.tile(path)
  }

  /** The tlog-policy text of whoever trusts this log alone. */
  trustPolicy(): string {
    return formatSingleLogPolicy(verifierKeyOf(this.#parts.signer))
  }

  /** Resolves once every entry durable now is published. */
  async flushPublication(): Promise<void> {
    if (this.#inDoubt) throw unavailable()
    try {
      await this.#publication.flush()
    } catch {
      this.#stop()
      throw unavailable()
    }
  }

  /** Writes `log.stop`, publishes everything and releases the records. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    try {
      if (!this.#inDoubt) await this.#writeStop()
    } finally {
      this.#isClosed = true
      clearTimeout(this.#timer)
      await this.#parts.records.close()
    }
  }

  async #writeStop(): Promise<void> {
    const actor = { subject: 'system', organisation: this.#parts.signer.origin } as const
    const stopped = this.append({ type: 'log.stop', actor, body: {} })
    this.#isClosed = true
    await stopped
    await this.flushPublication()
  }

  /** Never rejects: whoever waits for an entry hears of an error. */
  async #commitAll(): Promise<void> {
    this.#isCommitting = true
    // One turn of the event loop gathers what every awakened writer has to say.
    for (await nextTurn(); !this.#queue.isEmpty; await nextTurn()) {
      const batch = this.#queue.takeBatch()
      try {
        await this.#commit(batch)
      } catch {
        for (const { reject } of batch) reject(unavailable())
        this.#stop()
        return
      }
    }
    this.#isCommitting = false
  }

  async #commit(batch: readonly WaitingEntry[]): Promise<void> {
    const { records, signer } = this.#parts
    for (const { hash } of batch) this.#frontier.append(hash)
    const head = { size: this.#frontier.size, root: this.#frontier.root() }
    const note = signCheckpoint(head, signer)
    await records.append(encodeRecord({ leaves: batch.map(({ leaf }) => leaf), checkpoint: note }))
    this.#size = head.size
    for (const { leaf, hash } of batch) this.#publication.add(leaf, hash)
    this.#publication.offer({ size: head.size, note })
    for (const { index, hash, leaf, entry, resolve } of batch)
      resolve({ index, leafHash: toDigest(hash), leaf, entry })
    this.#schedulePublication()
    if (this.#publication.backlogBytes > MAX_BACKLOG_BYTES) await this.#publication.flush()
  }

  #schedulePublication(): void {
    if (this.#inDoubt) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#publication.flush().catch(() => this.#stop())
    }, this.#parts.publicationDelayMs ?? PUBLICATION_DELAY_MS).unref()
  }

  /** After an error nothing is retried: the next fsync could report a success that is none. */
  #stop(): void {
    this.#inDoubt = true
    clearTimeout(this.#timer)
    this.#queue.rejectAll(unavailable())
  }
}

function unavailable(): LogUnavailable {
  return new LogUnavailable('the audit log accepts no entries')
}
