/** Which numbers of a release node are noised, how much each may move per unit, and its share of rho. */

import { assert, unreachable } from '../../model/assert.ts'
import { canonicalJson } from '../../model/canonical-json.ts'
import type { Measure, ReleaseNode } from '../../model/plan.ts'
import type { PrivacyRules } from '../../model/release-policy.ts'
import type { Rational } from '../privacy/rational.ts'
import { noiseVariance } from '../privacy/sensitivity.ts'
import { hasPublicKeys, publicGroupCount } from './group-keys.ts'
import { type Lattice, latticesOf } from './lattice.ts'

type ValueMeasure = Exclude<Measure, { kind: 'units' }>

/** The most numbers behind one measure: a share of rho must suffice for so many parts. */
export const MAXIMUM_DRAWS = 6

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
  /**
   * By position among the node's measures: none for `units`, one for rows and sums, two for a mean (total,
   * then rows), three for moments of one variable, six for those of two.
   */
  readonly measures: readonly (readonly Draw[])[]
}

/** Numbers that share a node's rho equally; a mean or a moment counts once and splits its share. */
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

  let next = 0
  const draws = (contributions: readonly bigint[]): readonly Draw[] =>
    contributions.map((contribution) =>
      draw(++next, contribution, share / BigInt(contributions.length)),
    )

  return {
    groups,
    units: countsUnits(node) ? draw(0, 1n, share) : undefined,
    measures: node.measures.map((measure) =>
      measure.kind === 'units' ? [] : draws(contributionsOf(measure, maximumRows(node))),
    ),
  }
}

/** How far one unit with so many rows can move each number behind a measure. */
function contributionsOf(measure: ValueMeasure, rows: bigint): readonly bigint[] {
  const lattices = latticesOf(measure)
  switch (measure.kind) {
    case 'rows':
    case 'sum':
      return lattices.map(({ reach }) => rows * reach)
    case 'mean':
      return [...lattices.map((lattice) => rows * width(lattice)), rows]
    case 'moments':
      return momentContributions(lattices, rows)
    default:
      return unreachable(measure, 'contributionsOf')
  }
}

/**
 * Rows; then for each variable its total, doubled and measured from the middle of the clamp; then for each
 * its squares, doubled and measured from half the largest square; then the products of two.
 */
function momentContributions(lattices: readonly Lattice[], rows: bigint): readonly bigint[] {
  const [first, second] = lattices
  const products = first && second ? [rows * first.reach * second.reach] : []
  return [
    rows,
    ...lattices.map((lattice) => rows * width(lattice)),
    ...lattices.map(({ reach }) => rows * reach * reach),
    ...products,
  ]
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
