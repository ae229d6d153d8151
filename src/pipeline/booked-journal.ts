/** The journal with its first reader: every durable entry is folded into the job book at once. */

import type { MutableJobBook } from '../core/jobs/job-book.ts'
import type { CommittedEntry, EntryDraft } from '../model/audit-entry.ts'
import type { Journal } from './ports.ts'

export class BookedJournal implements Journal {
  readonly #journal: Journal
  readonly #book: MutableJobBook

  constructor(journal: Journal, book: MutableJobBook) {
    this.#journal = journal
    this.#book = book
  }

  get size(): number {
    return this.#journal.size
  }

  /** Appends settle in the order of the log, so the book sees entries in that order too. */
  async append(draft: EntryDraft): Promise<CommittedEntry> {
    const committed = await this.#journal.append(draft)
    this.#book.apply(committed)
    return committed
  }

  entries(from?: number): AsyncIterable<CommittedEntry> {
    return this.#journal.entries(from)
  }
}
