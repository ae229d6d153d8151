/** Homogeneity: does a published total tell a value that all, or all but a few, have in common? */

import type { ExactRules } from './exact-rules.ts'
import type { Lattice } from './lattice.ts'

/** Rows that must provably differ from the common value. */
const MINIMUM_OUTSIDE = 3n

/**
 * A sum at, or next to, the end of its clamp range gives everyone's value away: the sum of a yes/no
 * column over 50 people that comes to 50, 49, 1 or 0. Each row that is not at the end moves the sum by at
 * least one lattice step, so the distance to the end bounds the number of such rows.
 */
export function isHomogeneous(rows: bigint, sum: bigint, { lower, upper }: Lattice): boolean {
  return sum - rows * lower < MINIMUM_OUTSIDE || rows * upper - sum < MINIMUM_OUTSIDE
}

/**
 * Whether the two sides of a condition may be counted as parts of their whole. Either each could stand alone
 * as a cell; or the smaller has at least `minorityUnits` and the larger no more than `largestClass` of the
 * whole, so that being in the whole does not tell the side.
 */
export function isShareSafe(inside: bigint, outside: bigint, rules: ExactRules): boolean {
  const [smaller, larger] = inside < outside ? [inside, outside] : [outside, inside]
  if (smaller >= rules.minimumUnits) return true
  return smaller >= rules.minorityUnits && larger * 1000n <= (inside + outside) * rules.largestClass
}

/**
 * Rule R5 for classes of a sensitive attribute: the largest holds no more than `largestClass` of all units,
 * and some units are provably in another one.
 */
export function isClassDisclosed(
  classes: readonly bigint[],
  { largestClass }: ExactRules,
): boolean {
  const total = classes.reduce((sum, units) => sum + units, 0n)
  let largest = 0n
  for (const units of classes) if (units > largest) largest = units
  return total - largest < MINIMUM_OUTSIDE || largest * 1000n > total * largestClass
}
