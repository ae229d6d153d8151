/**
 * Goal: budgets accept exactly what fits, in any history and any interleaving, and the log alone rebuilds them (T13).
 * Method: fast-check plays orders of several jobs against an independent count; every interleaving of three
 * clients with two orders each is tried, with a crash before and after each record is applied.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ChargeOrder,
  type ChargeRecord,
  decideCharge,
  Ledger,
} from '../../src/core/ledger/ledger.ts'
import type { Scope } from '../../src/core/ledger/scopes.ts'
import type { JobId } from '../../src/model/job.ts'

/** Tiny, so that charges often meet a cap exactly. */
const SCOPES: readonly Scope[] = [
  { kind: 'operator', id: 'a', cap: 6n },
  { kind: 'operator', id: 'b', cap: 8n },
  { kind: 'dataset', id: 'd', cap: 10n },
]

const order = fc
  .record({
    job: fc.nat({ max: 9 }),
    scopes: fc.subarray([...SCOPES], { minLength: 1 }),
    picoRho: fc.bigInt({ min: 0n, max: 4n }),
  })
  .map(({ job, scopes, picoRho }) => anOrder(`job_${job}`, picoRho, scopes))

function anOrder(job: string, picoRho: bigint, scopes: readonly Scope[]): ChargeOrder {
  return { job: job as JobId, charge: { mode: 'dp', picoRho, attoDelta: 0n }, scopes }
}

/** What a log has spent in a scope, counted without the code under test. */
function spent(log: readonly ChargeRecord[], { kind, id }: Scope): bigint {
  return log
    .filter(({ scopes }) => scopes.includes(`${kind}:${id}`))
    .reduce((sum, { picoRho }) => sum + picoRho, 0n)
}

/** Everything that a ledger can tell. */
function stateOf(ledger: Ledger): unknown {
  return ledger.scopes().map((key) => [key, ledger.spentIn(key)])
}

describe('the ledger', () => {
  it('accepts exactly what fits, and the log rebuilds it', () => {
    fc.assert(
      fc.property(fc.array(order, { maxLength: 30 }), (orders) => {
        const ledger = new Ledger()
        const log: ChargeRecord[] = []
        const seen = new Set<string>()
        for (const next of orders) {
          if (seen.has(next.job)) continue
          seen.add(next.job)
          const answer = decideCharge(ledger, next)
          const fits = next.scopes.every(
            (scope) => spent(log, scope) + next.charge.picoRho <= scope.cap,
          )
          expect(answer.ok).toBe(fits)
          if (!answer.ok) continue
          log.push(answer.value)
          ledger.apply(answer.value)
          // A retry is answered from the record and changes nothing.
          expect(decideCharge(ledger, next)).toEqual(answer)
          const before = stateOf(ledger)
          ledger.apply(answer.value)
          expect(stateOf(ledger)).toEqual(before)
        }
        expect(stateOf(new Ledger(log))).toEqual(stateOf(ledger))
        expect(stateOf(new Ledger([...log, ...log]))).toEqual(stateOf(ledger))
      }),
    )
  })

  it('never exceeds a cap in any interleaving of three clients, whenever the service stops', () => {
    const clients = [0, 1, 2].map((client) =>
      [0, 1].map((n) => anOrder(`job_${client}${n}`, BigInt(2 + client), SCOPES.slice(1))),
    )
    for (const turns of interleavings(clients.map((orders) => orders.length))) play(turns, clients)
  })
})

/** Each turn starts from the log, as after a crash; a record counts once it is in the log. */
function play(turns: readonly number[], clients: readonly (readonly ChargeOrder[])[]): void {
  const waiting = clients.map((orders) => [...orders])
  const log: ChargeRecord[] = []
  for (const client of turns) {
    const next = waiting[client]?.shift()
    if (next === undefined) throw new Error('a client has a turn for each of its orders')
    const answer = decideCharge(new Ledger(log), next)
    if (answer.ok) log.push(answer.value)
    for (const scope of SCOPES) expect(spent(log, scope)).toBeLessThanOrEqual(scope.cap)
  }
}

/** Every order in which clients can take their turns. */
function* interleavings(turnsLeft: readonly number[]): Generator<readonly number[]> {
  if (turnsLeft.every((turns) => turns === 0)) yield []
  for (const [client, turns] of turnsLeft.entries()) {
    if (turns === 0) continue
    for (const rest of interleavings(turnsLeft.with(client, turns - 1))) yield [client, ...rest]
  }
}
