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

/** What has been charged so far. */
export interface Spending {
  readonly picoRho: ReadonlyMap<ScopeKey, bigint>
  readonly records: ReadonlyMap<JobId, ChargeRecord>
}

export interface ChargeOrder {
  readonly job: JobId
  readonly charge: Charge
  readonly scopes: readonly Scope[]
}

export const NOTHING_SPENT: Spending = { picoRho: new Map(), records: new Map() }

/**
 * Decides whether every scope can pay. The caller makes the record durable before it acts on it, and
 * decides one order at a time. A job that was charged before gets its record back: it pays once.
 *
 * @throws {InvariantViolation} A job that comes back with another charge.
 */
export function decideCharge(spending: Spending, order: ChargeOrder): Result<ChargeRecord> {
  const { job, charge, scopes } = order
  const record: ChargeRecord = { job, ...charge, scopes: scopes.map(scopeKey) }
  const recorded = spending.records.get(job)
  if (recorded !== undefined) {
    assert(isSameCharge(recorded, record), 'a job is charged once')
    return ok(recorded)
  }
  assert(charge.picoRho >= 0n && charge.attoDelta >= 0n, 'a charge is not negative')
  assert(charge.picoRho === 0n || scopes.length > 0, 'a charge counts somewhere')
  assert(new Set(record.scopes).size === scopes.length, 'a charge counts once in each scope')

  const short = scopes.find((scope) => remaining(spending, scope) < charge.picoRho)
  return short === undefined ? ok(record) : refuse(short, charge, remaining(spending, short))
}

/** Folds one recorded charge. A record that was folded before changes nothing. */
export function applyCharge(spending: Spending, record: ChargeRecord): Spending {
  return foldCharges([record], spending)
}

/** Folds a whole log in one pass. */
export function foldCharges(
  log: Iterable<ChargeRecord>,
  before: Spending = NOTHING_SPENT,
): Spending {
  const picoRho = new Map(before.picoRho)
  const records = new Map(before.records)
  for (const record of log) {
    const recorded = records.get(record.job)
    if (recorded !== undefined) {
      assert(isSameCharge(recorded, record), 'a job is charged once')
      continue
    }
    records.set(record.job, record)
    for (const key of record.scopes) picoRho.set(key, (picoRho.get(key) ?? 0n) + record.picoRho)
  }
  return { picoRho, records }
}

/** What a scope can still pay. A cap that was lowered below what is spent leaves nothing, not a debt. */
export function remaining(spending: Spending, scope: Scope): bigint {
  const left = scope.cap - (spending.picoRho.get(scopeKey(scope)) ?? 0n)
  return left > 0n ? left : 0n
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
