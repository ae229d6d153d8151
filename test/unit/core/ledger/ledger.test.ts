import { describe, expect, it } from 'vitest'
import {
  applyCharge,
  type ChargeOrder,
  type ChargeRecord,
  decideCharge,
  foldCharges,
  NOTHING_SPENT,
  remaining,
} from '../../../../src/core/ledger/ledger.ts'
import type { Scope } from '../../../../src/core/ledger/scopes.ts'
import type { JobId } from '../../../../src/model/job.ts'

const OPERATOR: Scope = { kind: 'operator', id: 'Gan Data', cap: 10n }
const DATASET: Scope = { kind: 'dataset', id: 'health/person', cap: 7n }

function order(job: string, picoRho: bigint, scopes: readonly Scope[] = [OPERATOR]): ChargeOrder {
  return { job: job as JobId, charge: { mode: 'dp', picoRho, attoDelta: 1n }, scopes }
}

function accepted(...orders: readonly ChargeOrder[]): readonly ChargeRecord[] {
  let spending = NOTHING_SPENT
  return orders.map((next) => {
    const answer = decideCharge(spending, next)
    if (!answer.ok) throw new Error(answer.problem.code)
    spending = applyCharge(spending, answer.value)
    return answer.value
  })
}

describe('decideCharge', () => {
  it('accepts up to the cap exactly', () => {
    const spending = foldCharges(accepted(order('a', 6n)))
    expect(decideCharge(spending, order('b', 4n)).ok).toBe(true)
    expect(decideCharge(spending, order('b', 5n)).ok).toBe(false)
  })

  it('charges all scopes or none', () => {
    const spending = foldCharges(accepted(order('a', 6n, [OPERATOR, DATASET])))
    const answer = decideCharge(spending, order('b', 2n, [OPERATOR, DATASET]))
    expect(answer).toMatchObject({ ok: false, problem: { code: 'budget-exhausted' } })
    expect(remaining(spending, OPERATOR)).toBe(4n)
  })

  it('says which budget falls short, what is needed and what is left', () => {
    const scope: Scope = { ...DATASET, cap: 7_500_000_000n }
    expect(decideCharge(NOTHING_SPENT, order('a', 2_000_000_000_000n, [scope]))).toMatchObject({
      problem: {
        detail: {
          en: 'the query needs 2 rho; the budget of dataset health/person has 0.0075 left',
          zh: '查询需要 rho 2，数据集 health/person 的预算剩余 0.0075',
        },
      },
    })
  })

  it('charges a job once, also when nothing would be left for it', () => {
    const [record, ...rest] = accepted(order('a', 10n), order('a', 10n))
    expect(rest).toEqual([record])
    const spending = foldCharges([record, ...rest].filter((each) => each !== undefined))
    expect(remaining(spending, OPERATOR)).toBe(0n)
  })

  it('charges nothing in threshold mode, and still keeps a record', () => {
    const charge = { mode: 'threshold', picoRho: 0n, attoDelta: 0n } as const
    const answer = decideCharge(NOTHING_SPENT, { job: 'a' as JobId, charge, scopes: [] })
    expect(answer).toEqual({ ok: true, value: { job: 'a', ...charge, scopes: [] } })
  })

  it('fails closed on orders that make no sense', () => {
    const spending = foldCharges(accepted(order('a', 1n)))
    expect(() => decideCharge(spending, order('a', 2n))).toThrow('a job is charged once')
    expect(() => decideCharge(spending, order('a', 1n, [DATASET]))).toThrow('a job is charged once')
    expect(() => decideCharge(spending, order('b', -1n))).toThrow('not negative')
    expect(() => decideCharge(spending, order('b', 1n, []))).toThrow('counts somewhere')
    expect(() => decideCharge(spending, order('b', 1n, [OPERATOR, OPERATOR]))).toThrow(
      'once in each scope',
    )
  })
})

describe('remaining', () => {
  it('is nothing, not a debt, once a cap was lowered below what is spent', () => {
    const spending = foldCharges(accepted(order('a', 6n)))
    expect(remaining(spending, { ...OPERATOR, cap: 5n })).toBe(0n)
  })

  it('keeps scopes of different kinds apart', () => {
    const spending = foldCharges(accepted(order('a', 6n)))
    expect(remaining(spending, { ...OPERATOR, kind: 'agreement' })).toBe(10n)
  })
})

describe('foldCharges', () => {
  it('ignores a record that comes again and refuses one that changed', () => {
    const [record] = accepted(order('a', 6n))
    if (record === undefined) throw new Error('the order was accepted')
    const spending = foldCharges([record, { ...record }])
    expect(remaining(spending, OPERATOR)).toBe(4n)
    expect(() => foldCharges([record, { ...record, picoRho: 5n }])).toThrow('a job is charged once')
  })

  it('leaves what it was given unchanged', () => {
    const before = foldCharges(accepted(order('a', 6n)))
    foldCharges(accepted(order('b', 1n)), before)
    expect(remaining(before, OPERATOR)).toBe(4n)
  })
})
