/** Keeps budgets: decides on the ledger as it stands, and lets nothing run before its charge is durable. */

import { fromCanonical, toCanonical } from '../core/ledger/charge-record.ts'
import {
  type ChargeRecord,
  decideCharge,
  Ledger,
  type ScopeSpending,
} from '../core/ledger/ledger.ts'
import { type Scope, type ScopeKey, scopeKey } from '../core/ledger/scopes.ts'
import { assert } from '../model/assert.ts'
import type { Actor, CommittedEntry } from '../model/audit-entry.ts'
import type { JobId } from '../model/job.ts'
import type { Charge } from '../model/plan.ts'
import { ok, type Result } from '../model/result.ts'
import type { Journal } from './ports.ts'

interface ChargeRequest {
  readonly job: JobId
  readonly actor: Actor
  readonly charge: Charge
  readonly scopes: readonly Scope[]
  /** Epoch of the noise key that the release will use. */
  readonly epoch: number
  /** The job whose released bytes are the answer; the charge is then zero. */
  readonly earlier?: JobId
}

export class BudgetKeeper {
  readonly #journal: Journal
  readonly #ledger = new Ledger()

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** Takes a charge out of the log during recovery. */
  recover({ entry }: CommittedEntry): void {
    if (entry.type !== 'budget.charged') return
    assert(entry.job !== undefined, 'a charge belongs to a job')
    this.#ledger.apply(fromCanonical(entry.job, entry.body))
  }

  /**
   * Resolves once the charge is durable. A second charge for the same job costs nothing.
   *
   * The decision and its effect happen in one turn of the event loop, so that two jobs cannot both
   * spend the last of a budget. A charge that then fails to become durable stays counted: the
   * journal refuses every later entry, and a restart rebuilds the ledger from what is on disk.
   */
  async charge(request: ChargeRequest): Promise<Result<ChargeRecord>> {
    const { job, charge, scopes } = request
    const decided = decideCharge(this.#ledger, { job, charge, scopes })
    if (!decided.ok) return decided
    const isNew = this.#ledger.recordOf(job) === undefined
    this.#ledger.apply(decided.value)
    if (isNew) {
      await this.#journal.append({
        type: 'budget.charged',
        actor: request.actor,
        job,
        body: { ...toCanonical(decided.value), epoch: request.epoch, earlier: request.earlier },
      })
    }
    return ok(decided.value)
  }

  remaining(scopes: readonly Scope[]): readonly { scope: string; picoRho: bigint }[] {
    return scopes.map((scope) => ({
      scope: scopeKey(scope),
      picoRho: this.#ledger.remaining(scope),
    }))
  }

  /** For a steward: every scope that was charged, and by whom. */
  spending(): ReadonlyMap<ScopeKey, ScopeSpending> {
    return new Map(this.#ledger.scopes().map((key) => [key, this.#ledger.spentIn(key)]))
  }
}
