/** Dominance: does a published total tell one contributor's value, to the world or to its rival? */

import type { MeasureCell } from '../../model/cell.ts'
import type { UnitRules } from '../../model/release-policy.ts'

const WHOLE = 1000n

/**
 * Rules R2 and R3 on the magnitudes of bounded contributions, one per unit, T their total:
 * largest <= largestShare * T, two largest <= twoLargestShare * T, and what remains without
 * the two largest is at least remainderShare of the largest.
 *
 * A cell without contributions passes; how few units it has is judged elsewhere.
 *
 * @see Hundepool et al., Statistical Disclosure Control (Wiley, 2012), chapter 4.
 */
export function isDominated(measure: MeasureCell, rules: UnitRules): boolean {
  const { absolute: total, largest, second } = measure
  const isWithinShares =
    largest * WHOLE <= total * BigInt(rules.largestShare) &&
    (largest + second) * WHOLE <= total * BigInt(rules.twoLargestShare)
  const remainder = total - largest - second
  return !isWithinShares || remainder * WHOLE < largest * BigInt(rules.remainderShare)
}

/**
 * Rule R4: the same verdict from sums alone, for cells that were added across domains, where nobody
 * knows the two largest. One-sided: a certified cell is never dominated, the others need a look.
 *
 * With Q the sum of squares, the largest is at most sqrt(Q) and the two largest at most sqrt(2 Q).
 */
export function isCertifiedNotDominated(
  { absolute: total, squares }: Pick<MeasureCell, 'absolute' | 'squares'>,
  rules: UnitRules,
): boolean {
  const largestShare = BigInt(rules.largestShare)
  const twoLargestShare = BigInt(rules.twoLargestShare)
  const ratio = ROOT_OF_TWO + BigInt(rules.remainderShare)
  const square = total * total
  return (
    squares * WHOLE * WHOLE <= largestShare * largestShare * square &&
    2n * squares * WHOLE * WHOLE <= twoLargestShare * twoLargestShare * square &&
    ratio * ratio * squares <= square * WHOLE * WHOLE
  )
}

/** sqrt(2) in thousandths, rounded up. */
const ROOT_OF_TWO = 1415n
