/**
 * Goal: what a release tells about one unit stays within its rho: the loss at every outcome (T5), through the
 * whole of `releaseAll` with the worst unit (T6), and for an attacker who picks the best outcomes (T7).
 * Method: neighbouring tables with fixed keys. Losses are exact, from the configured variance; releases are
 * sampled, and rates compared within bounds that fail by chance once in a million.
 */

import { describe, expect, it } from 'vitest'
import { epsilonOf, membershipAdvantage } from '../../src/core/privacy/accounting.ts'
import { planNoise } from '../../src/core/release/noise-plan.ts'
import type { Measure, ReleaseNode } from '../../src/model/plan.ts'
import {
  aCell,
  aNode,
  aNoise,
  aTable,
  type Contributions,
  MEAN,
  PEOPLE,
  PRIVACY,
  ROWS,
  release,
  SUM,
  sealed,
} from '../support/release-builders.ts'
import { gaussianProbabilities } from '../support/statistics.ts'

const RHO = 500_000_000_000n // one half: a large loss shows in few runs
const DELTA = 1e-6
const RUNS = 20_000
/** Hoeffding, for a rate over RUNS at one in a million. */
const SLACK = Math.sqrt(Math.log(2e6) / (2 * RUNS))

/** The worst unit: as many rows as are counted, at the top of the clamp. */
const WORST: Contributions = [[1000n, 1000n]]
const OTHERS: Contributions = Array.from({ length: 30 }, (_, i) => [BigInt(10 * i)])

function nodeOf(measure: Measure): ReleaseNode {
  return aNode({ keys: [], bounds: { maximumRows: 2 }, measures: [measure] })
}

/** Released values over many keys, with and without the worst unit. */
function outcomes(
  node: ReleaseNode,
  contributions: Contributions,
  from: number,
  picoRho = RHO,
): readonly number[] {
  const tables = sealed(aTable([aCell([], contributions, node)], node))
  return Array.from({ length: RUNS }, (_, i) => {
    const noise = aNoise(from + i)
    const result = release({ node, tables, rules: PRIVACY, picoRho, noise })
    return result.ok ? Number(result.value.rows[0]?.[0]) : Number.NaN
  })
}

describe('the loss at every outcome', () => {
  it.each([PEOPLE, ROWS])('of a count stays within the bound: $kind', (measure) => {
    const plan = planNoise(nodeOf(measure), RHO)
    const draw = plan.measures[0]?.[0] ?? plan.units
    const shift = Number(draw?.contribution)
    const variance = Number(draw?.variance?.numerator) / Number(draw?.variance?.denominator)
    const probability = gaussianProbabilities(variance)
    const epsilon = epsilonOf(RHO, DELTA)
    let excess = 0
    for (let x = -400; x <= 400; x++) {
      excess += Math.max(0, probability(x) - Math.exp(epsilon) * probability(x - shift))
    }
    expect(excess).toBeLessThanOrEqual(DELTA)
    expect(excess).toBeGreaterThan(0)
  })
})

describe.each([PEOPLE, ROWS, SUM, MEAN])('an attacker on a released $kind', (measure) => {
  const node = nodeOf(measure)
  const present = outcomes(node, [...OTHERS, ...WORST], 0)
  const absent = outcomes(node, OTHERS, RUNS)
  const rate = (values: readonly number[], edge: number): number =>
    values.filter((value) => value >= edge).length / values.length
  const edges = [...present].toSorted((a, b) => a - b).filter((_, i) => i % 500 === 0)

  it('gains no more than rho allows by any threshold', () => {
    const best = Math.max(...edges.map((edge) => rate(present, edge) - rate(absent, edge)))
    expect(best).toBeLessThanOrEqual(membershipAdvantage(RHO) + 2 * SLACK)
  })

  it('finds no set of outcomes that breaks the claim', () => {
    const epsilon = epsilonOf(RHO, DELTA)
    for (const edge of edges) {
      const [p, q] = [rate(present, edge), rate(absent, edge)]
      expect(p - SLACK).toBeLessThanOrEqual(Math.exp(epsilon) * (q + SLACK) + DELTA)
      expect(1 - q - SLACK).toBeLessThanOrEqual(Math.exp(epsilon) * (1 - p + SLACK) + DELTA)
    }
  })
})

it('an attacker on half the noise exceeds the bound, and so would be noticed', () => {
  const node = nodeOf(PEOPLE)
  const present = outcomes(node, [...OTHERS, ...WORST], 0, 4n * RHO)
  const absent = outcomes(node, OTHERS, RUNS, 4n * RHO)
  const rate = (values: readonly number[]): number =>
    values.filter((value) => value > OTHERS.length).length / RUNS
  expect(rate(present) - rate(absent)).toBeGreaterThan(membershipAdvantage(RHO) + 2 * SLACK)
})
