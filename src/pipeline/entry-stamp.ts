/** Turns drafts into entries: identity, time and the place in the job's chain. */

import type { JobChains } from '../core/transparency/entry-order.ts'
import type { AuditEntry, EntryDraft } from '../model/audit-entry.ts'
import { EntryIds } from './entry-ids.ts'
import type { Clock, RandomSource } from './ports.ts'

export class EntryStamp {
  readonly #clock: Clock
  readonly #ids: EntryIds
  readonly #chains: JobChains
  readonly #boot: string
  readonly #bootNs: bigint
  #lastMs = 0

  constructor(clock: Clock, random: RandomSource, chains: JobChains) {
    this.#clock = clock
    this.#ids = new EntryIds(random)
    this.#chains = chains
    this.#boot = this.#ids.next(clock.nowMs())
    this.#bootNs = clock.monotonicNs()
  }

  /** The entry as it would come next. The chain moves on only when the caller follows it. */
  stamp(draft: EntryDraft): AuditEntry {
    // Time may stand still within a boot but never goes back; steps of the clock show in `mono`.
    this.#lastMs = Math.max(this.#clock.nowMs(), this.#lastMs)
    const place = draft.job === undefined ? {} : this.#chains.next(draft.job)
    return {
      ...draft,
      v: 1,
      id: this.#ids.next(this.#lastMs),
      ts: new Date(this.#lastMs).toISOString(),
      boot: this.#boot,
      mono: String(this.#clock.monotonicNs() - this.#bootNs),
      ...place,
    }
  }
}
