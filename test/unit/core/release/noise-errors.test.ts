import { describe, expect, it } from 'vitest'
import { planNoise } from '../../../../src/core/release/noise-plan.ts'
import type { ReleaseNode } from '../../../../src/model/plan.ts'
import type { TextTable } from '../../../../src/model/table.ts'
import {
  aCell,
  aNode,
  aNoise,
  aTable,
  type Contributions,
  MEAN,
  NO_NOISE,
  PEOPLE,
  PRIVACY,
  ROWS,
  release,
  SUM,
  sealed,
  THRESHOLD,
} from '../../../support/release-builders.ts'

const RHO = 5_000_000_000n
const CROWD: Contributions = Array.from({ length: 2000 }, (_, i) => [BigInt(200 + (i % 500))])

function nodeOf(change: Partial<ReleaseNode>): ReleaseNode {
  return aNode({ keys: [], bounds: { maximumRows: 1 }, withErrors: true, ...change })
}

function tableOf(node: ReleaseNode, seed: number): TextTable {
  const tables = sealed(aTable([aCell([], CROWD, node)], node))
  const order = { node, tables, rules: PRIVACY, picoRho: RHO, noise: aNoise(seed) }
  const result = release(order)
  if (!result.ok) throw new Error(result.problem.code)
  return result.value
}

describe('errors of noised values', () => {
  it('follow each value, by name', () => {
    const { columns, rows } = tableOf(nodeOf({ measures: [PEOPLE, MEAN] }), 1)
    const names = ['m0', 'm0_se', 'm0_low', 'm0_high', 'm3', 'm3_se', 'm3_low', 'm3_high']
    expect(columns.map(({ name }) => name)).toEqual(names)
    expect(rows[0]).toHaveLength(names.length)
  })

  it('come only where they are asked for, and never in threshold mode', () => {
    const plain = aNode({ keys: [], bounds: { maximumRows: 1 }, measures: [ROWS] })
    expect(tableOf(plain, 1).columns).toHaveLength(1)
    const node = nodeOf({ measures: [ROWS] })
    const tables = sealed(aTable([aCell([], CROWD, node)], node))
    const order = { node, tables, rules: THRESHOLD, picoRho: 0n, noise: NO_NOISE }
    expect(release(order)).toMatchObject({ value: { columns: [{ name: 'm1' }] } })
  })

  it('are the deviation of the noise, in the unit of the value', () => {
    const node = nodeOf({ measures: [SUM] })
    const variance = planNoise(node, RHO).measures[0]?.[0]?.variance
    const deviation = Math.sqrt(Number(variance?.numerator) / Number(variance?.denominator)) / 10
    const [[sum, error, low, high] = []] = tableOf(node, 1).rows
    expect(Number(error)).toBeCloseTo(deviation, 3)
    expect(Number(high) - Number(sum)).toBeCloseTo(1.959964 * deviation, 3)
    expect(Number(sum) - Number(low)).toBeCloseTo(1.959964 * deviation, 3)
  })

  it('draw no noise of their own', () => {
    const node = nodeOf({ measures: [PEOPLE, SUM, MEAN] })
    const { withErrors: _, ...plain } = node
    const values = tableOf(node, 3).rows[0]?.filter((__, i) => i % 4 === 0)
    expect(values).toEqual(tableOf(plain, 3).rows[0])
  })

  it.each([
    { measure: PEOPLE, truth: 2000 },
    { measure: SUM, truth: 89_900 },
    { measure: MEAN, truth: 44.95 },
  ])('cover the value without noise in 95 of 100 cases: $measure.kind', ({ measure, truth }) => {
    const node = nodeOf({ measures: [measure] })
    const runs = 400
    let covered = 0
    for (let seed = 0; seed < runs; seed++) {
      const [[, , low, high] = []] = tableOf(node, seed).rows
      if (Number(low) <= truth && truth <= Number(high)) covered++
    }
    // Five standard deviations of a share of 95 % in so many.
    expect(Math.abs(covered / runs - 0.95)).toBeLessThan(0.055)
  })

  it('are unknown for moments', () => {
    const statistic = 'var_samp' as const
    const bounds = [{ lower: '0', upper: '100', step: '0.1' }] as const
    const measure = { column: 'm0', source: 'v', kind: 'moments' as const, statistic, bounds }
    expect(tableOf(nodeOf({ measures: [measure] }), 1).rows[0]?.slice(1)).toEqual([
      null,
      null,
      null,
    ])
  })
})
