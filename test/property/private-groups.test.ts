/**
 * Goal: private groups appear with the probability that the threshold promises, and no other (T8).
 * Method: thousands of groups of one size go through `release` under fixed keys; the share that appears is
 * compared with the exact tail. For a group of one unit the tail itself is compared with delta.
 */

import { describe, expect, it } from 'vitest'
import { groupThreshold } from '../../src/core/privacy/group-threshold.ts'
import { noiseVariance } from '../../src/core/privacy/sensitivity.ts'
import {
  aNode,
  aNoise,
  aTable,
  PEOPLE,
  PRIVACY,
  release,
  sealed,
} from '../support/release-builders.ts'
import { gaussianProbabilities, upperTail } from '../support/statistics.ts'

const NODE = aNode({ bounds: { maximumGroups: 1 }, measures: [PEOPLE] })
const RULES = { ...PRIVACY, maximumCells: 100_000 }
const PICO_RHO = 50_000_000_000n // a variance of 10
const GROUPS = 3000
const TAU = Number(groupThreshold(noiseVariance(PICO_RHO, 1n, 1n), 1n, 9))
const probability = gaussianProbabilities(10)

describe('the threshold for private groups', () => {
  it('is the one for a variance of 10 and a delta of 1e-9', () => {
    expect(TAU).toBe(21)
  })

  it.each([TAU - 5, TAU - 1, TAU, TAU + 1, TAU + 5])(
    'shows groups of %s units as often as the noise allows',
    (size) => {
      const expected = upperTail(probability, TAU - size)
      const spread = Math.sqrt((expected * (1 - expected)) / GROUPS)
      expect(Math.abs(shareShown(size) - expected)).toBeLessThan(4.9 * spread)
    },
  )

  it('never shows a group of no units, and one of one unit with probability delta at most', () => {
    expect(shareShown(0)).toBe(0)
    expect(shareShown(1)).toBe(0)
    expect(upperTail(probability, TAU - 1)).toBeLessThanOrEqual(1e-9)
    expect(upperTail(probability, TAU - 2)).toBeGreaterThan(1e-9)
  })
})

function shareShown(units: number): number {
  const rows = Array.from({ length: GROUPS }, (_, i) => [`group ${i}`, `${units}`, `${units}`])
  const tables = sealed(aTable(rows, NODE))
  const result = release({
    node: NODE,
    tables,
    rules: RULES,
    picoRho: PICO_RHO,
    noise: aNoise(units),
  })
  if (!result.ok) throw new Error(result.problem.code)
  return result.value.rows.length / GROUPS
}
