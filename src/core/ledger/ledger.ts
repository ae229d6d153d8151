/**
 * Privacy budgets as a fold over the charges in the log. What was charged stays charged: after rows were
 * read, even a failure has told the operator something.
 */

import { assert } from '../../model/assert.ts'
import type { JobId } from '../../model/job.ts'
import type { Charge } from '../../model/plan.ts'
import { decline, ok, type Result } from '../../model/result.ts'
import { type Scope, type ScopeKey, scopeKey } from './scopes.ts'

/** One job's charge, as the log states it. */
export interface ChargeRecord extends Charge {
  readonly job: JobId
  readonly scopes: readonly ScopeKey[]
}

export interface ChargeOrder {
  readonly job: JobId
  readonly charge: Charge
  readonly scopes: readonly Scope[]
}

/** What has been charged to one scope. */
export interface ScopeSpending {
  readonly picoRho: bigint
  readonly attoDelta: bigint
  /** In the order of their charges. */
  readonly records: readonly ChargeRecord[]
}

/**
 * The charges so far. It changes by `apply` alone, in time that does not grow with the log; every
 * question it answers is a function of the records applied, whatever their order.
 */
export class Ledger {
  readonly #records = new Map<JobId, ChargeRecord>()
  readonly #scopes = new Map<
    ScopeKey,
    { picoRho: bigint; attoDelta: bigint; records: ChargeRecord[] }
  >()

  constructor(log: Iterable<ChargeRecord> = []) {
    for (const record of log) this.apply(record)
  }

  recordOf(job: JobId): ChargeRecord | undefined {
    return this.#records.get(job)
  }

  /**
   * Folds one recorded charge. A record that was folded before changes nothing.
   *
   * @throws {InvariantViolation} A job that comes back with another charge.
   */
  apply(record: ChargeRecord): void {
    const recorded = this.#records.get(record.job)
    if (recorded !== undefined) {
      assert(isSameCharge(recorded, record), 'a job is charged once')
      return
    }
    this.#records.set(record.job, record)
    for (const key of record.scopes) this.#addTo(key, record)
  }

  #addTo(key: ScopeKey, record: ChargeRecord): void {
    const spent = this.#scopes.get(key) ?? { picoRho: 0n, attoDelta: 0n, records: [] }
    spent.picoRho += record.picoRho
    spent.attoDelta += record.attoDelta
    spent.records.push(record)
    this.#scopes.set(key, spent)
  }

  /** Every scope that was ever charged. */
  scopes(): readonly ScopeKey[] {
    return [...this.#scopes.keys()].toSorted()
  }

  spentIn(key: ScopeKey): ScopeSpending {
    const { picoRho, attoDelta, records } = this.#scopes.get(key) ?? NOTHING
    return { picoRho, attoDelta, records: [...records] }
  }

  /** What a scope can still pay. A cap that was lowered below what is spent leaves nothing, not a debt. */
  remaining(scope: Scope): bigint {
    const left = scope.cap - (this.#scopes.get(scopeKey(scope)) ?? NOTHING).picoRho
    return left > 0n ? left : 0n
  }
}

const NOTHING: ScopeSpending = { picoRho: 0n, attoDelta: 0n, records: [] }

/**
 * Decides whether every scope can pay. The caller makes the record durable before it acts on it, and
 * decides one order at a time. A job that was charged before gets its record back: it pays once.
 *
 * @throws {InvariantViolation} A job that comes back with another charge.
 */
export function decideCharge(ledger: Ledger, order: ChargeOrder): Result<ChargeRecord> {
  const { job, charge, scopes } = order
  const record: ChargeRecord = { job, ...charge, scopes: scopes.map(scopeKey) }
  const recorded = ledger.recordOf(job)
  if (recorded !== undefined) {
    assert(isSameCharge(recorded, record), 'a job is charged once')
    return ok(recorded)
  }
  assert(charge.picoRho >= 0n && charge.attoDelta >= 0n, 'a charge is not negative')
  assert(charge.picoRho === 0n || scopes.length > 0, 'a charge counts somewhere')
  assert(new Set(record.scopes).size === scopes.length, 'a charge counts once in each scope')

  const short = scopes.find((scope) => ledger.remaining(scope) < charge.picoRho)
  return short === undefined ? ok(record) : refuse(short, charge, ledger.remaining(short))
}

function refuse({ kind, id }: Scope, charge: Charge, left: bigint): Result<never> {
  const names = { operator: '运营机构', agreement: '协议', dataset: '数据集' }
  return decline('budget-exhausted', {
    en: `the query needs ${rhoText(charge.picoRho)} rho; the budget of ${kind} ${id} has ${rhoText(left)} left`,
    zh: `查询需要 rho ${rhoText(charge.picoRho)}，${names[kind]} ${id} 的预算剩余 ${rhoText(left)}`,
  })
}

function isSameCharge(a: ChargeRecord, b: ChargeRecord): boolean {
  return (
    a.mode === b.mode &&
    a.picoRho === b.picoRho &&
    a.attoDelta === b.attoDelta &&
    a.scopes.length === b.scopes.length &&
    a.scopes.every((key, i) => key === b.scopes[i])
  )
}

/** 1e-12 units as plain decimal text. */
function rhoText(picoRho: bigint): string {
  const digits = picoRho.toString().padStart(13, '0')
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, '')
}
