/** Which numbers of a release node are noised, how much each may move per unit, and its share of rho. */

import { assert } from '../../model/assert.ts'
import { canonicalJson } from '../../model/canonical-json.ts'
import type { ReleaseNode } from '../../model/plan.ts'
import type { PrivacyRules } from '../../model/release-policy.ts'
import type { Rational } from '../privacy/rational.ts'
import { noiseVariance } from '../privacy/sensitivity.ts'
import { hasPublicKeys, publicGroupCount } from './group-keys.ts'
import { type Lattice, latticeOf } from './lattice.ts'

/** One noised integer per cell. */
export interface Draw {
  /** Names the number's noise stream. */
  readonly index: number
  /** C: the most one unit may add to the number in one cell. */
  readonly contribution: bigint
  /** Undefined when no unit can move the number, so that it says nothing. */
  readonly variance: Rational | undefined
}

export interface NoisePlan {
  readonly groups: bigint
  /** The number of units: released where asked for, and what decides whether a private group is shown. */
  readonly units: Draw | undefined
  /** By position among the node's measures: one draw, two for a mean (total, then rows), none for `units`. */
  readonly measures: readonly (readonly Draw[])[]
}

/** Numbers that share a node's rho equally; a mean counts once and splits its share in halves. */
export function countAggregates(node: ReleaseNode): number {
  const others = node.measures.filter(({ kind }) => kind !== 'units').length
  return others + (countsUnits(node) ? 1 : 0)
}

/**
 * @param picoRho What the whole node may cost. Shares round down, so their sum never exceeds it.
 * @throws {InvariantViolation} A node without the bounds that `price` asks for.
 */
export function planNoise(node: ReleaseNode, picoRho: bigint): NoisePlan {
  const groups = maximumGroups(node)
  const share = picoRho / BigInt(Math.max(1, countAggregates(node)))
  const draw = (index: number, contribution: bigint, part: bigint): Draw => ({
    index,
    contribution,
    variance: contribution === 0n ? undefined : noiseVariance(part, groups, contribution),
  })

  return {
    groups,
    units: countsUnits(node) ? draw(0, 1n, share) : undefined,
    measures: node.measures.map((measure, i) => {
      if (measure.kind === 'units') return []
      const rows = maximumRows(node)
      const lattice = latticeOf(measure)
      if (measure.kind !== 'mean') return [draw(1 + 2 * i, rows * lattice.reach, share)]
      return [draw(1 + 2 * i, rows * width(lattice), share / 2n), draw(2 + 2 * i, rows, share / 2n)]
    }),
  }
}

/** Everything that shapes the noise besides the data, as text for the noise context and the log. */
export function describeMechanism(node: ReleaseNode, rules: PrivacyRules, picoRho: bigint): string {
  const { groups, units, measures } = planNoise(node, picoRho)
  const draws = [...(units === undefined ? [] : [units]), ...measures.flat()]
  return canonicalJson({
    name: 'discrete-gaussian/v1',
    node: node.name,
    picoRho: picoRho.toString(),
    groups: groups.toString(),
    deltaExponent: hasPublicKeys(node) ? null : rules.thresholdDeltaExponent,
    draws: draws.map(({ index, contribution }) => [index, contribution.toString()]),
  })
}

/** Steps between the ends of the clamp. A mean is noised as its doubled distance from their middle. */
function width({ lower, upper }: Lattice): bigint {
  return upper - lower
}

function countsUnits(node: ReleaseNode): boolean {
  return !hasPublicKeys(node) || node.measures.some(({ kind }) => kind === 'units')
}

/** L0. Nobody contributes to more groups than exist. */
function maximumGroups(node: ReleaseNode): bigint {
  const existing = publicGroupCount(node)
  if (existing === 1n) return 1n
  assert(node.bounds.maximumGroups !== undefined, 'a noised node bounds the groups of a unit')
  const bound = BigInt(node.bounds.maximumGroups)
  return existing !== undefined && existing < bound ? existing : bound
}

/** M. */
function maximumRows(node: ReleaseNode): bigint {
  assert(node.bounds.maximumRows !== undefined, 'a noised node bounds the rows of a unit')
  return BigInt(node.bounds.maximumRows)
}
