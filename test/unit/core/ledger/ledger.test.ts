import { describe, expect, it } from 'vitest'
import {
  type ChargeOrder,
  type ChargeRecord,
  decideCharge,
  Ledger,
} from '../../../../src/core/ledger/ledger.ts'
import type { Scope } from '../../../../src/core/ledger/scopes.ts'
import type { JobId } from '../../../../src/model/job.ts'

const OPERATOR: Scope = { kind: 'operator', id: 'Gan Data', cap: 10n }
const DATASET: Scope = { kind: 'dataset', id: 'health/person', cap: 7n }

function order(job: string, picoRho: bigint, scopes: readonly Scope[] = [OPERATOR]): ChargeOrder {
  return { job: job as JobId, charge: { mode: 'dp', picoRho, attoDelta: 1n }, scopes }
}

function accepted(...orders: readonly ChargeOrder[]): readonly ChargeRecord[] {
  const ledger = new Ledger()
  return orders.map((next) => {
    const answer = decideCharge(ledger, next)
    if (!answer.ok) throw new Error(answer.problem.code)
    ledger.apply(answer.value)
    return answer.value
  })
}

describe('decideCharge', () => {
  it('accepts up to the cap exactly', () => {
    const ledger = new Ledger(accepted(order('a', 6n)))
    expect(decideCharge(ledger, order('b', 4n)).ok).toBe(true)
    expect(decideCharge(ledger, order('b', 5n)).ok).toBe(false)
  })

  it('charges all scopes or none', () => {
    const ledger = new Ledger(accepted(order('a', 6n, [OPERATOR, DATASET])))
    const answer = decideCharge(ledger, order('b', 2n, [OPERATOR, DATASET]))
    expect(answer).toMatchObject({ ok: false, problem: { code: 'budget-exhausted' } })
    expect(ledger.remaining(OPERATOR)).toBe(4n)
  })

  it('says which budget falls short, what is needed and what is left', () => {
    const scope: Scope = { ...DATASET, cap: 7_500_000_000n }
    expect(decideCharge(new Ledger(), order('a', 2_000_000_000_000n, [scope]))).toMatchObject({
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
    const ledger = new Ledger([record, ...rest].filter((each) => each !== undefined))
    expect(ledger.remaining(OPERATOR)).toBe(0n)
  })

  it('charges nothing in threshold mode, and still keeps a record', () => {
    const charge = { mode: 'threshold', picoRho: 0n, attoDelta: 0n } as const
    const answer = decideCharge(new Ledger(), { job: 'a' as JobId, charge, scopes: [] })
    expect(answer).toEqual({ ok: true, value: { job: 'a', ...charge, scopes: [] } })
  })

  it('fails closed on orders that make no sense', () => {
    const ledger = new Ledger(accepted(order('a', 1n)))
    expect(() => decideCharge(ledger, order('a', 2n))).toThrow('a job is charged once')
    expect(() => decideCharge(ledger, order('a', 1n, [DATASET]))).toThrow('a job is charged once')
    expect(() => decideCharge(ledger, order('b', -1n))).toThrow('not negative')
    expect(() => decideCharge(ledger, order('b', 1n, []))).toThrow('counts somewhere')
    expect(() => decideCharge(ledger, order('b', 1n, [OPERATOR, OPERATOR]))).toThrow(
      'once in each scope',
    )
  })
})

describe('remaining', () => {
  it('is nothing, not a debt, once a cap was lowered below what is spent', () => {
    const ledger = new Ledger(accepted(order('a', 6n)))
    expect(ledger.remaining({ ...OPERATOR, cap: 5n })).toBe(0n)
  })

  it('keeps scopes of different kinds apart', () => {
    const ledger = new Ledger(accepted(order('a', 6n)))
    expect(ledger.remaining({ ...OPERATOR, kind: 'agreement' })).toBe(10n)
  })
})

describe('Ledger', () => {
  it('ignores a record that comes again and refuses one that changed', () => {
    const [record] = accepted(order('a', 6n))
    if (record === undefined) throw new Error('the order was accepted')
    const ledger = new Ledger([record, { ...record }])
    expect(ledger.remaining(OPERATOR)).toBe(4n)
    expect(() => new Ledger([record, { ...record, picoRho: 5n }])).toThrow('a job is charged once')
  })

  it('tells a steward what each scope has paid for, in order', () => {
    const records = accepted(order('a', 2n), order('b', 3n, [OPERATOR, DATASET]))
    const ledger = new Ledger(records)
    expect(ledger.scopes()).toEqual(['dataset:health/person', 'operator:Gan Data'])
    expect(ledger.spentIn('operator:Gan Data')).toEqual({ picoRho: 5n, attoDelta: 2n, records })
    expect(ledger.spentIn('dataset:health/person').records).toEqual(records.slice(1))
    expect(ledger.spentIn('agreement:none')).toEqual({ picoRho: 0n, attoDelta: 0n, records: [] })
  })

  it('takes a charge in time that does not grow with the log', () => {
    const ledger = new Ledger()
    const timeOf = (from: number): number => {
      const start = performance.now()
      for (let i = from; i < from + 20_000; i++) {
        const job = `job_${i}` as JobId
        ledger.apply({ job, mode: 'dp', picoRho: 1n, attoDelta: 0n, scopes: ['dataset:d'] })
      }
      return performance.now() - start
    }
    timeOf(0)
    const early = timeOf(20_000)
    timeOf(40_000)
    timeOf(60_000)
    // Copying the maps, as a persistent fold did, makes this a factor of thousands.
    expect(timeOf(80_000)).toBeLessThan(50 * early + 50)
  })
})
