/** Release with noise: every number that leaves is an exact integer plus discrete Gaussian noise. */

import { assert } from '../../model/assert.ts'
import type { MeasureCell } from '../../model/cell.ts'
import type { Measure, ReleaseNode } from '../../model/plan.ts'
import type { PrivacyRules } from '../../model/release-policy.ts'
import type { TextValue } from '../../model/table.ts'
import { groupThreshold } from '../privacy/group-threshold.ts'
import type { NoiseSource } from '../privacy/noise-stream.ts'
import { sampleDiscreteGaussian } from '../privacy/samplers.ts'
import { decimalText, powerOfTen, ratioText } from './decimal.ts'
import {
  type CellIndex,
  groupsToJudge,
  measureAt,
  measurePositions,
  type ReleasedCell,
} from './group-cells.ts'
import { hasPublicKeys, toBytes } from './group-keys.ts'
import { type Lattice, latticeOf, latticesOf } from './lattice.ts'
import { momentReader } from './noise-moments.ts'
import { type AddNoise, type Draw, planNoise } from './noise-plan.ts'

const DOUBLE_DIGITS = 15

/** What every value of a node needs. */
interface Mechanism {
  readonly node: ReleaseNode
  readonly picoRho: bigint
  readonly noise: NoiseSource
}

/**
 * A group with public keys leaves always, also when no row has it. One with private keys leaves when its noised unit
 * count reaches the threshold that makes a group of one unit appear with probability delta at most.
 *
 * Counts may come out negative: cutting them off at zero would bias every total over groups.
 */
export function releaseWithNoise(
  { node, picoRho, noise }: Mechanism,
  rules: PrivacyRules,
  index: CellIndex,
): readonly ReleasedCell[] {
  const plan = planNoise(node, picoRho)
  const readers = node.measures.map((measure, i) => valueReader(measure, plan.measures[i] ?? []))
  const positions = measurePositions(node)
  const threshold = hasPublicKeys(node)
    ? undefined
    : groupThreshold(varianceOf(plan.units), plan.groups, rules.thresholdDeltaExponent)
  const released: ReleasedCell[] = []

  for (const group of groupsToJudge(node, index)) {
    const cell = index.get(group.key)
    const bytes = toBytes(group.key)
    const noised: AddNoise = (value, draw) => addNoise(value, draw, noise, bytes)
    const units = plan.units && noised(cell?.units ?? 0n, plan.units)
    if (threshold !== undefined && (units === undefined || units < threshold)) continue
    released.push({
      ...group,
      values: readers.map((read, i) => read(measureAt(cell, positions[i]), noised, units)),
    })
  }
  return released
}

function addNoise(value: bigint, draw: Draw, noise: NoiseSource, groupKey: Uint8Array): bigint {
  if (draw.variance === undefined) return value
  return value + sampleDiscreteGaussian(noise(draw.index, groupKey), draw.variance)
}

type ValueReader = (cell: MeasureCell, noised: AddNoise, units: bigint | undefined) => TextValue

function valueReader(measure: Measure, draws: readonly Draw[]): ValueReader {
  if (measure.kind === 'units') {
    return (_cell, _noised, units) => {
      assert(units !== undefined, 'units are noised where they are released')
      return units.toString()
    }
  }
  if (measure.kind === 'moments') return momentReader(measure.statistic, latticesOf(measure), draws)
  const [first, second] = draws
  assert(first !== undefined, 'a measure has a draw')
  const lattice = latticeOf(measure)
  if (measure.kind === 'rows') return ({ rows }, noised) => noised(rows, first).toString()
  if (measure.kind === 'sum') {
    return ({ variables: [{ sum }] }, noised) =>
      decimalText(noised(sum, first) * lattice.multiplier, lattice.scale)
  }
  assert(second !== undefined, 'a mean has a draw for its rows')
  return ({ variables: [{ sum }], rows }, noised) => {
    const total = noised(2n * sum - (lattice.lower + lattice.upper) * rows, first)
    return meanText(total, noised(rows, second), lattice)
  }
}

/**
 * The middle of the clamp plus the noised mean distance from it, held within the clamp.
 *
 * @param total Sum over rows of twice the distance from the middle, noised.
 */
function meanText(total: bigint, rows: bigint, { lower, upper, ...unit }: Lattice): string {
  const divisor = 2n * (rows > 1n ? rows : 1n)
  const mean = ((lower + upper) * divisor) / 2n + total
  const held = clamp(mean, lower * divisor, upper * divisor)
  return ratioText(held * unit.multiplier, divisor * powerOfTen(unit.scale), DOUBLE_DIGITS)
}

function clamp(value: bigint, lower: bigint, upper: bigint): bigint {
  if (value < lower) return lower
  return value > upper ? upper : value
}

function varianceOf(draw: Draw | undefined): NonNullable<Draw['variance']> {
  assert(draw?.variance !== undefined, 'a private group has a noised unit count')
  return draw.variance
}
