import { describe, expect, it } from 'vitest'
import { price, splitCharge } from '../../../../src/core/release/price.ts'
import type { ReleaseNode } from '../../../../src/model/plan.ts'
import type { ReleaseRules } from '../../../../src/model/release-policy.ts'
import {
  aNode,
  aPlan,
  FIRM,
  MEAN,
  PEOPLE,
  PERSON,
  PRIVACY,
  ROWS,
  SUM,
  THRESHOLD,
} from '../../../support/release-builders.ts'

const BOUNDS = { maximumGroups: 5, maximumRows: 10 }
const TWO_UNITS = [
  { unit: PERSON, sql: '' },
  { unit: FIRM, sql: '' },
]
const domain = ['x', 'y', 'z']
const PUBLIC_KEY = { column: 'k0', source: 'a', domain }

function problemOf(node: ReleaseNode, rules: ReleaseRules): string | undefined {
  const result = price(aPlan(node), rules)
  return result.ok ? undefined : result.problem.code
}

describe('price', () => {
  it('is nothing in threshold mode', () => {
    expect(price(aPlan(aNode()), THRESHOLD)).toEqual({
      ok: true,
      value: { mode: 'threshold', picoRho: 0n, attoDelta: 0n },
    })
  })

  it('is the rho of one query, and one delta for each node with private groups', () => {
    const node = aNode({ bounds: BOUNDS })
    const open = aNode({ bounds: BOUNDS, keys: [PUBLIC_KEY] })
    expect(price(aPlan(node, open, node), PRIVACY)).toEqual({
      ok: true,
      value: { mode: 'dp', picoRho: 5_000_000_000n, attoDelta: 2_000_000_000n },
    })
    expect(price(aPlan(open), PRIVACY)).toMatchObject({ value: { attoDelta: 0n } })
  })

  it('refuses public groups beyond the cap before any data is read', () => {
    const node = aNode({ bounds: BOUNDS, keys: [PUBLIC_KEY, PUBLIC_KEY] })
    for (const rules of [THRESHOLD, PRIVACY]) {
      expect(problemOf(node, { ...rules, maximumCells: 9 })).toBeUndefined()
      expect(problemOf(node, { ...rules, maximumCells: 8 })).toBe('too-many-cells')
    }
  })

  it('refuses a unit without rules in threshold mode', () => {
    expect(problemOf(aNode({ cellQueries: TWO_UNITS }), THRESHOLD)).toBe('mode-not-supported')
  })

  it('refuses two protected units with noise', () => {
    expect(problemOf(aNode({ bounds: BOUNDS, cellQueries: TWO_UNITS }), PRIVACY)).toBe(
      'mode-not-supported',
    )
  })

  it.each([
    { why: 'no bound on groups', node: aNode({ bounds: { maximumRows: 1 } }) },
    { why: 'no bound on rows', node: aNode({ bounds: { maximumGroups: 1 } }) },
    { why: 'too many groups', node: aNode({ bounds: { ...BOUNDS, maximumGroups: 6 } }) },
    { why: 'too many rows', node: aNode({ bounds: { ...BOUNDS, maximumRows: 11 } }) },
  ])('refuses noise with $why', ({ node }) => {
    expect(problemOf(node, PRIVACY)).toBe('mode-not-supported')
  })

  it('needs no bound that nothing depends on', () => {
    expect(problemOf(aNode({ keys: [], measures: [PEOPLE] }), PRIVACY)).toBeUndefined()
    expect(
      problemOf(aNode({ bounds: { maximumGroups: 1 }, measures: [PEOPLE] }), PRIVACY),
    ).toBeUndefined()
  })

  it('refuses to count units that the query does not protect', () => {
    const firms = { ...PEOPLE, kind: 'units' as const, unit: FIRM }
    const node = aNode({ bounds: BOUNDS, measures: [firms] })
    expect(problemOf(node, PRIVACY)).toBe('mode-not-supported')
    expect(problemOf(node, THRESHOLD)).toBe('mode-not-supported')
  })

  it('refuses more numbers than the rho can be divided by', () => {
    const node = aNode({ bounds: BOUNDS, measures: [ROWS, SUM, MEAN] })
    expect(problemOf(node, { ...PRIVACY, rhoPerQuery: '24' })).toBeUndefined()
    expect(problemOf(node, { ...PRIVACY, rhoPerQuery: '23' })).toBe('mode-not-supported')
  })
})

describe('splitCharge', () => {
  const charge = { mode: 'dp' as const, picoRho: 1000n, attoDelta: 0n }

  it('divides in proportion to the numbers released, and never exceeds the whole', () => {
    const one = aNode({ measures: [PEOPLE] })
    const three = aNode({ measures: [PEOPLE, ROWS, SUM] })
    expect(splitCharge(aPlan(one, three), charge)).toEqual([250n, 750n])
    const parts = splitCharge(aPlan(one, one, one), charge)
    expect(parts).toEqual([333n, 333n, 333n])
  })

  it('gives nothing to a node that releases no numbers', () => {
    expect(splitCharge(aPlan(aNode({ keys: [], measures: [] })), charge)).toEqual([0n])
  })
})
