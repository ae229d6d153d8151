import { describe, expect, it } from 'vitest'
import {
  CohortHistory,
  type HistoryEntry,
  lineageKey,
} from '../../../../../src/core/release/history/cohort-history.ts'
import { anEntry, type Cohort, cohortOf, footprintOf } from '../../../../support/cohorts.ts'
import { FIRM, PERSON } from '../../../../support/release-builders.ts'

const K = 5
const ALL = Array.from({ length: 60 }, (_, i) => i)
const below = (limit: number): readonly number[] => ALL.filter((unit) => unit < limit)
const except = (...units: readonly number[]): readonly number[] =>
  ALL.filter((unit) => !units.includes(unit))

/** Asks for one cohort after another; what is answered on its own rows enters the history. */
function ask(...cohorts: readonly (readonly number[])[]): readonly string[] {
  const history = new CohortHistory(K)
  return cohorts.map((units, i) => {
    const footprint = footprintOf(cohortOf(units), K)
    const decision = history.decide(footprint)
    if (decision.kind === 'snapped') {
      return decision.terms
        .map(({ entry, sign }) => `${sign > 0n ? '+' : '-'}${entry.job}`)
        .join('')
    }
    history.add(anEntry(`${i}`, footprint))
    return 'own'
  })
}

describe('pairs', () => {
  it('answers what is too near on the earlier cohort, whether it differs or not', () => {
    expect(ask(ALL, except(7))).toEqual(['own', '+0'])
    expect(ask(ALL, ALL)).toEqual(['own', '+0'])
    expect(ask(ALL, except(1, 2, 3, 4))).toEqual(['own', '+0'])
    expect(ask(ALL, except(1, 2, 3, 4, 5))).toEqual(['own', 'own'])
  })

  it('sees through equal sizes', () => {
    expect(ask(below(30), [...below(29), 50])).toEqual(['own', '+0'])
    expect(ask(below(30), [...below(25), 50, 51, 52, 53, 54])).toEqual(['own', 'own'])
  })

  it('takes the earliest of several', () => {
    expect(ask(ALL, except(1, 2, 3, 4, 5), except(1, 2, 3))).toEqual(['own', 'own', '+0'])
  })

  it('notes only what was answered on its own rows', () => {
    // Otherwise each of a chain of small steps would become the next one's measure.
    expect(ask(ALL, except(1, 2), except(1, 2, 3, 4), except(1, 2, 3, 4, 5, 6))).toEqual([
      'own',
      '+0',
      '+0',
      'own',
    ])
  })
})

describe('triples', () => {
  const female = below(25)
  const male = ALL.filter((unit) => unit >= 25)

  it('answers the rest of a whole as the whole without the part', () => {
    expect(ask(ALL, female, male)).toEqual(['own', 'own', '+0-1'])
    expect(ask(ALL, female, male.slice(1))).toEqual(['own', 'own', '+0-1'])
    expect(ask(ALL, female, male.slice(K))).toEqual(['own', 'own', 'own'])
  })

  it('answers a union as the sum of its parts', () => {
    expect(ask(female, male, ALL)).toEqual(['own', 'own', '+0+1'])
    expect(ask(female, male, except(31))).toEqual(['own', 'own', '+0+1'])
  })

  it('stops the general tracker', () => {
    // Whoever knows C or T, C or not T, and all, knows the two units of C.
    const c = [3, 40]
    const tracker = ALL.filter((unit) => unit % 2 === 0)
    const or = [...new Set([...c, ...tracker])]
    const orNot = [...new Set([...c, ...ALL.filter((unit) => unit % 2 === 1)])]
    expect(ask(or, orNot, ALL)).toEqual(['own', 'own', '+0+1'])
    expect(ask(ALL, or, orNot)).toEqual(['own', 'own', '+0-1'])
  })
})

describe('rows', () => {
  it('counts a unit that lost one row of many', () => {
    const history = new CohortHistory(K)
    const full: Cohort = new Map(ALL.map((unit) => [unit, ['a', 'b', 'c']]))
    history.add(anEntry('0', footprintOf(full, K)))
    const without = new Map(full).set(9, ['a', 'b'])
    expect(history.decide(footprintOf(without, K)).kind).toBe('snapped')
    const months: Cohort = new Map(ALL.map((unit) => [unit, ['d']]))
    expect(history.decide(footprintOf(months, K)).kind).toBe('own')
  })
})

describe('lineages', () => {
  it('are datasets and units, whoever asks under whatever agreement', () => {
    expect(lineageKey({ dataset: 'health', unit: PERSON })).toBe('health/person')
    expect(lineageKey({ dataset: 'health', unit: FIRM })).not.toBe('health/person')
  })
})

describe('an attacker who compares two answers', () => {
  /** The second count minus the first, as told; the target may or may not have the rare attribute. */
  function probe(hasAttribute: boolean, isSnapping: boolean): bigint {
    const target = 17
    const history = new CohortHistory(K)
    const base = footprintOf(cohortOf(ALL), K)
    history.add(anEntry('base', base))
    const rest = footprintOf(cohortOf(hasAttribute ? except(target) : ALL), K)
    const decision = history.decide(rest)
    const answered: HistoryEntry | undefined =
      decision.kind === 'snapped' ? decision.terms[0]?.entry : undefined
    const told = isSnapping ? (answered?.footprint.units ?? rest.units) : rest.units
    return told - base.units
  }

  it('sees the same in both worlds', () => {
    expect(probe(true, true)).toBe(probe(false, true))
  })

  it('sees the attribute where nothing is snapped', () => {
    expect(probe(true, false)).not.toBe(probe(false, false))
  })
})
