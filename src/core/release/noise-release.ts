/** Release with noise: every number that leaves is an exact integer plus discrete Gaussian noise. */

import { assert, unreachable } from '../../model/assert.ts'
import type { MeasureCell } from '../../model/cell.ts'
import type { Measure, ReleaseNode } from '../../model/plan.ts'
import type { PrivacyRules } from '../../model/release-policy.ts'
import type { TextValue } from '../../model/table.ts'
import { groupThreshold } from '../privacy/group-threshold.ts'
import type { NoiseSource } from '../privacy/noise-stream.ts'
import { sampleDiscreteGaussian } from '../privacy/samplers.ts'
import { decimalText, ratioText } from './decimal.ts'
import {
  type CellIndex,
  groupsToJudge,
  measureAt,
  measurePositions,
  type ReleasedCell,
} from './group-cells.ts'
import { hasPublicKeys, toBytes } from './group-keys.ts'
import { type Lattice, latticeOf, latticesOf } from './lattice.ts'
import { errorTexts } from './noise-errors.ts'
import { noisedMean } from './noise-mean.ts'
import { exactMoments, momentOf } from './noise-moments.ts'
import { type Draw, type NoisePlan, planNoise } from './noise-plan.ts'

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
  const writers = node.measures.map((_, i) => measureWriter(node, plan, i))
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
      values: writers.flatMap((write, i) => write(measureAt(cell, positions[i]), noised, units)),
    })
  }
  return released
}

/** Adds to a number the noise of its draw. */
type AddNoise = (value: bigint, draw: Draw) => bigint

function addNoise(value: bigint, draw: Draw, noise: NoiseSource, groupKey: Uint8Array): bigint {
  if (draw.variance === undefined) return value
  return value + sampleDiscreteGaussian(noise(draw.index, groupKey), draw.variance)
}

/** The texts of one measure: its value and, where they are asked for, its errors. */
type MeasureWriter = (
  cell: MeasureCell,
  noised: AddNoise,
  units: bigint | undefined,
) => readonly TextValue[]

function measureWriter(node: ReleaseNode, plan: NoisePlan, position: number): MeasureWriter {
  const measure = node.measures[position]
  assert(measure !== undefined, 'a position is that of a measure')
  const draws = measure.kind === 'units' ? [plan.units] : (plan.measures[position] ?? [])
  const lattices = latticesOf(measure)
  return (cell, noised, units) => {
    const numbers =
      measure.kind === 'units'
        ? [units]
        : exactNumbers(measure, lattices, cell).map(
            (value, i) => draws[i] && noised(value, draws[i]),
          )
    const known = numbers.filter((number) => number !== undefined)
    assert(known.length === draws.length, 'every number of a measure has a draw')
    const value = writeNumbers(measure, lattices, known)
    return node.withErrors ? [value, ...errorTexts(measure, lattices, draws, known)] : [value]
  }
}

/** The numbers behind a measure, in the order of its draws. */
function exactNumbers(
  measure: Exclude<Measure, { kind: 'units' }>,
  lattices: readonly Lattice[],
  cell: MeasureCell,
): readonly bigint[] {
  const { rows, variables } = cell
  const [{ sum }] = variables
  switch (measure.kind) {
    case 'rows':
      return [rows]
    case 'sum':
      return [sum]
    case 'mean': {
      const { lower, upper } = latticeOf(measure)
      return [2n * sum - (lower + upper) * rows, rows]
    }
    case 'moments':
      return exactMoments(cell, lattices)
    default:
      return unreachable(measure, 'exactNumbers')
  }
}

function writeNumbers(
  measure: Measure,
  lattices: readonly Lattice[],
  numbers: readonly bigint[],
): TextValue {
  const [first = 0n] = numbers
  switch (measure.kind) {
    case 'units':
    case 'rows':
      return first.toString()
    case 'sum': {
      const { multiplier, scale } = latticeOf(measure)
      return decimalText(first * multiplier, scale)
    }
    case 'mean': {
      const { numerator, denominator } = noisedMean(latticeOf(measure), numbers)
      return ratioText(numerator, denominator, DOUBLE_DIGITS)
    }
    case 'moments':
      return momentOf(measure.statistic, lattices, numbers)
    default:
      return unreachable(measure, 'writeNumbers')
  }
}

function varianceOf(draw: Draw | undefined): NonNullable<Draw['variance']> {
  assert(draw?.variance !== undefined, 'a private group has a noised unit count')
  return draw.variance
}
