/** Cohorts for tests: their footprints, as the vault computes them from secret numbers of units and rows. */

import { createHash } from 'node:crypto'
import type { HistoryEntry } from '../../src/core/release/history/cohort-history.ts'
import { PRIME } from '../../src/core/release/history/fingerprint.ts'
import type { Footprint } from '../../src/core/release/history/footprint.ts'
import { footprintTerms } from '../../src/core/release/history/footprint.ts'
import type { Sha256 } from '../../src/model/digest.ts'
import type { JobId } from '../../src/model/job.ts'

/** Units by number, each with the rows that it has in the cohort. */
export type Cohort = ReadonlyMap<number, readonly string[]>

const numbers = new Map<string, bigint>()

/** A number from 1 to PRIME - 1 that depends on a name, and for lack of the key cannot be guessed from it. */
export function secretNumber(name: string): bigint {
  const known = numbers.get(name)
  if (known !== undefined) return known
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 32)
  const number = 1n + (BigInt(`0x${digest}`) % (PRIME - 1n))
  numbers.set(name, number)
  return number
}

/** Each unit with one row of its own. */
export function cohortOf(units: Iterable<number>): Cohort {
  return new Map(Array.from(units, (unit) => [unit, ['row']]))
}

export function powersOf(values: readonly bigint[], count: number): readonly bigint[] {
  const sums = Array.from({ length: count }, () => 0n)
  for (const value of values) {
    let power = 1n
    for (let i = 0; i < count; i++) {
      sums[i] = ((sums[i] ?? 0n) + power) % PRIME
      power = (power * value) % PRIME
    }
  }
  return sums
}

export function footprintOf(cohort: Cohort, minimumUnits: number): Footprint {
  const terms = footprintTerms(minimumUnits)
  const units = [...cohort].map(([unit]) => secretNumber(`unit ${unit}`))
  const withRows = [...cohort].map(([unit, rows]) => {
    const sum = rows.reduce((all, row) => all + secretNumber(`row ${unit} ${row}`), 0n)
    return (secretNumber(`unit ${unit}`) + sum) % PRIME
  })
  return {
    units: BigInt(cohort.size),
    rows: BigInt([...cohort.values()].flat().length),
    unitPowers: powersOf(units, terms.units),
    rowPowers: powersOf(withRows, terms.rows),
  }
}

export function anEntry(job: string, footprint: Footprint): HistoryEntry {
  const digest = '0'.repeat(64) as Sha256
  return {
    job: job as JobId,
    plan: digest,
    snapshot: digest,
    node: 'released_0',
    key: '',
    footprint,
  }
}
