import { describe, expect, it } from 'vitest'
import { planNoise } from '../../../../src/core/release/noise-plan.ts'
import type { Measure, MomentStatistic, ReleaseNode } from '../../../../src/model/plan.ts'
import type { ReleaseRules } from '../../../../src/model/release-policy.ts'
import {
  aCell,
  aNode,
  aNoise,
  aTable,
  type Contributions,
  NO_NOISE,
  PERSON,
  PRIVACY,
  release,
  sealed,
  THRESHOLD,
} from '../../../support/release-builders.ts'

const X = { lower: '-10', upper: '40', step: '0.1' }
const Y = { lower: '0', upper: '30', step: '1' }
const EXACT = { ...THRESHOLD, countBase: 1, significantDigits: 15 }

function aMoment(statistic: MomentStatistic, isPair: boolean): Measure {
  const bounds = isPair ? ([X, Y] as const) : ([X] as const)
  return { column: 'm0', source: statistic, kind: 'moments', statistic, bounds }
}

function nodeOf(statistic: MomentStatistic, isPair: boolean): ReleaseNode {
  const bounds = { maximumGroups: 1, maximumRows: 2 }
  return aNode({ keys: [], measures: [aMoment(statistic, isPair)], bounds })
}

function answer(
  node: ReleaseNode,
  [first, second]: readonly [Contributions, Contributions?],
  rules: ReleaseRules = EXACT,
  seed?: number,
): unknown {
  const tables = sealed(aTable([aCell([], first, node, second)], node))
  const noise = seed === undefined ? NO_NOISE : aNoise(seed)
  const result = release({ node, tables, rules, picoRho: 10n ** 27n, noise })
  return result.ok && result.value.rows[0]?.[0]
}

/** So many units of one row, counting up from a value. */
function rising(size: number, from = 50n): Contributions {
  return Array.from({ length: size }, (_, i) => [from + BigInt(i)])
}

describe('moments by threshold', () => {
  const variance = nodeOf('var_samp', false)
  const correlation = nodeOf('corr', true)

  it('are exact before they are rounded', () => {
    // 1 to 12, in tenths: a variance of 13.
    expect(answer(variance, [rising(12)])).toBe('0.13')
    expect(answer(nodeOf('regr_slope', true), [rising(12), rising(12, 1n)])).toBe('0.1')
    expect(answer(variance, [rising(20)], THRESHOLD)).toBe('0.35')
  })

  it('need ten degrees of freedom, counted in units', () => {
    expect(answer(variance, [rising(11)])).not.toBeNull()
    expect(answer(variance, [rising(10)])).toBeNull()
    expect(answer(correlation, [rising(12), rising(12, 1n)])).not.toBeNull()
    expect(answer(correlation, [rising(11), rising(11, 1n)])).toBeNull()
    const rows = Array.from({ length: 10 }, (_, i) => [50n + BigInt(i), 60n])
    expect(answer(variance, [rows])).toBeNull()
  })

  it('are withheld when one square dominates, although the total is fine', () => {
    const outlier: Contributions = [[380n], ...rising(30, 20n)]
    expect(answer(variance, [outlier])).toBeNull()
    const sum = aNode({
      keys: [],
      measures: [{ column: 'm0', source: 'x', kind: 'sum', bounds: X }],
    })
    expect(answer(sum, [outlier])).not.toBeNull()
  })

  it('are withheld when either variable is dominated or unanimous', () => {
    const flat: Contributions = Array.from({ length: 20 }, () => [0n])
    expect(answer(correlation, [rising(20), flat])).toBeNull()
    expect(answer(correlation, [rising(20, 1n), rising(20, 1n)])).not.toBeNull()
  })
})

describe('moments with noise', () => {
  const pairs: readonly [Contributions, Contributions] = [
    [[-90n, 120n], [310n], [45n, 46n], [200n], [null]],
    [[1n, 14n], [22n], [7n, 3n], [30n], [5n]],
  ]

  it.each([
    ['var_samp', false],
    ['stddev_pop', false],
    ['covar_samp', true],
    ['corr', true],
    ['regr_slope', true],
    ['regr_intercept', true],
    ['regr_r2', true],
  ] as const)('%s comes back exactly when rho is beyond measure', (statistic, isPair) => {
    const node = nodeOf(statistic, isPair)
    const off = { minimumUnits: 0, largestShare: 1000, twoLargestShare: 1000 }
    const open = { ...off, remainderShare: 0, minorityUnits: 0, largestClass: 1000 }
    const exact = answer(aNode({ ...node, bounds: {} }), pairs, {
      ...EXACT,
      units: { [PERSON]: open },
    })
    expect(answer(node, pairs, PRIVACY, 1)).toBe(exact)
  })

  it('spend one share, whatever the number of sums', () => {
    for (const [node, draws] of [
      [nodeOf('var_samp', false), 3],
      [nodeOf('corr', true), 6],
    ] as const) {
      const plan = planNoise(node, 10n ** 10n)
      expect(plan.measures[0]).toHaveLength(draws)
      const cost = (plan.measures[0] ?? [])
        .map(({ contribution, variance }) =>
          variance === undefined
            ? 0
            : (Number(contribution) ** 2 * Number(variance.denominator)) /
              (2 * Number(variance.numerator)),
        )
        .reduce((sum, part) => sum + part, 0)
      expect(cost).toBeLessThanOrEqual(0.01 * (1 + 1e-12))
      expect(cost).toBeGreaterThan(0.01 * (1 - 1e-8))
    }
  })

  it('bound every sum by what one unit of two rows can add', () => {
    const contributions = planNoise(nodeOf('corr', true), 10n ** 10n).measures[0]?.map(
      (draw) => draw.contribution,
    )
    // Rows; widths of 500 and 30; largest squares of 400 and 30; their product.
    expect(contributions).toEqual([2n, 1000n, 60n, 320_000n, 1800n, 24_000n])
  })

  it('answer an empty cell with something or NULL, never with a failure', () => {
    for (let seed = 0; seed < 20; seed++) {
      const node = nodeOf('corr', true)
      const tables = sealed(aTable([], node))
      const order = { node, tables, rules: PRIVACY, picoRho: 10n ** 9n, noise: aNoise(seed) }
      const result = release(order)
      const value = result.ok ? result.value.rows[0]?.[0] : undefined
      expect(value === null || Math.abs(Number(value)) <= 1).toBe(true)
    }
  })
})
