import { describe, expect, it } from 'vitest'
import { describeMechanism, planNoise } from '../../../../src/core/release/noise-plan.ts'
import type { Measure, ReleaseNode } from '../../../../src/model/plan.ts'
import { aNode, MEAN, PEOPLE, PRIVACY, ROWS, SUM } from '../../../support/release-builders.ts'

const RHO = 8_000_000_000n

/** What the whole node costs by the textbook: the sum over draws of L0 C^2 / (2 sigma^2). */
function costOf(node: ReleaseNode): number {
  const { groups, units, measures } = planNoise(node, RHO)
  return [...(units ? [units] : []), ...measures.flat()]
    .map(({ contribution, variance }) => {
      if (variance === undefined) return 0
      const square = Number(groups) * Number(contribution) ** 2
      return (1e12 * square * Number(variance.denominator)) / (2 * Number(variance.numerator))
    })
    .reduce((sum, cost) => sum + cost, 0)
}

describe('planNoise', () => {
  const bounds = { maximumGroups: 4, maximumRows: 3 }
  const node = aNode({ bounds })

  it('spends the whole share of a node and no more', () => {
    for (const measures of [[PEOPLE], [ROWS], [SUM, MEAN], [PEOPLE, ROWS, SUM, MEAN]]) {
      const cost = costOf(aNode({ bounds, measures }))
      expect(cost).toBeLessThanOrEqual(Number(RHO) * (1 + 1e-12))
      expect(cost).toBeGreaterThan(Number(RHO) * (1 - 1e-8))
    }
  })

  it('bounds each number by what one unit can move it', () => {
    const { groups, units, measures } = planNoise(node, RHO)
    expect(groups).toBe(4n)
    expect(units?.contribution).toBe(1n)
    // Rows: M. Sum of 0..100 by 0.1: M * 1000. Mean: M * 1000 doubled half-widths, and M rows.
    expect(measures.map((draws) => draws.map(({ contribution }) => contribution))).toEqual([
      [],
      [3n],
      [3000n],
      [3000n, 3n],
    ])
  })

  it('uses the distance from zero for sums and from the middle for means', () => {
    const bounded = { lower: '90', upper: '100', step: '1' }
    const sum: Measure = { ...SUM, kind: 'sum', bounds: bounded }
    const mean: Measure = { ...MEAN, kind: 'mean', bounds: bounded }
    const { measures } = planNoise(aNode({ bounds, measures: [sum, mean] }), RHO)
    expect(measures.map(([first]) => first?.contribution)).toEqual([300n, 30n])
  })

  it('gives every number a stream of its own', () => {
    const { units, measures } = planNoise(node, RHO)
    const indexes = [units?.index, ...measures.flat().map(({ index }) => index)]
    expect(new Set(indexes).size).toBe(indexes.length)
  })

  it('counts a unit in no more groups than exist', () => {
    const one = aNode({ keys: [], bounds: {}, measures: [PEOPLE] })
    expect(planNoise(one, RHO).groups).toBe(1n)
    const two = aNode({
      keys: [{ column: 'k0', source: 'a', domain: ['x', 'y'] }],
      bounds,
      measures: [PEOPLE],
    })
    expect(planNoise(two, RHO).groups).toBe(2n)
  })

  it('counts units once, hidden or not', () => {
    const shared = { bounds: { maximumGroups: 1, maximumRows: 1 } }
    const hidden = planNoise(aNode({ ...shared, measures: [ROWS] }), RHO)
    const shown = planNoise(aNode({ ...shared, measures: [PEOPLE, ROWS] }), RHO)
    expect(hidden.units?.variance).toEqual(shown.units?.variance)
    const domain = ['x']
    const open = aNode({
      ...shared,
      measures: [ROWS],
      keys: [{ column: 'k0', source: 'a', domain }],
    })
    expect(planNoise(open, RHO).units).toBeUndefined()
  })
})

describe('describeMechanism', () => {
  it('states node, rho, bounds and threshold in canonical form', () => {
    const node = aNode({ bounds: { maximumGroups: 2, maximumRows: 3 }, measures: [SUM] })
    expect(describeMechanism(node, PRIVACY, 10n ** 10n)).toBe(
      '{"deltaExponent":9,"draws":[[0,"1"],[1,"3000"]],"groups":"2",' +
        '"name":"discrete-gaussian/v1","node":"released_0","picoRho":"10000000000"}',
    )
  })

  it('differs between the nodes of one plan', () => {
    const node = aNode({ keys: [], bounds: { maximumRows: 1 } })
    expect(describeMechanism(node, PRIVACY, 10n ** 10n)).not.toBe(
      describeMechanism({ ...node, name: 'released_1' }, PRIVACY, 10n ** 10n),
    )
  })
})
