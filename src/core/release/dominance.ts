/** Dominance: does a published total tell one contributor's value, to the world or to its rival? */

import type { VariableCell } from '../../model/cell.ts'
import { absolute } from './decimal.ts'
import type { ExactRules } from './exact-rules.ts'

const WHOLE = 1000n

/** What the rules look at: a total of magnitudes and the two largest among them. */
type Magnitudes = Pick<VariableCell, 'absolute' | 'largest' | 'second'>

/**
 * Rules R2 and R3 on the magnitudes of bounded contributions, one per unit, T their total:
 * largest <= largestShare * T, two largest <= twoLargestShare * T, and what remains without
 * the two largest is at least remainderShare of the largest.
 *
 * A cell without contributions passes; how few units it has is judged elsewhere.
 *
 * @see Hundepool et al., Statistical Disclosure Control (Wiley, 2012), chapter 4.
 */
export function isDominated(variable: Magnitudes, rules: ExactRules): boolean {
  const { absolute: total, largest, second } = variable
  const isWithinShares =
    largest * WHOLE <= total * rules.largestShare &&
    (largest + second) * WHOLE <= total * rules.twoLargestShare
  const remainder = total - largest - second
  return !isWithinShares || remainder * WHOLE < largest * rules.remainderShare
}

/**
 * The same for what is left of a whole when a part of its rows is taken out, from what is known of both.
 * One-sided: without a proof that nobody dominates the rest, the answer is that somebody may.
 *
 * No unit has more in the rest than the largest has in the whole. Where the part's largest is the whole's,
 * that unit has nothing left, and the whole's second bounds the others. Signs must not cancel out.
 */
export function isRestDominated(
  whole: VariableCell,
  part: VariableCell,
  rules: ExactRules,
): boolean {
  const isSigned = absolute(whole.sum) !== whole.absolute || absolute(part.sum) !== part.absolute
  const rest = whole.absolute - part.absolute
  if (isSigned || rest < 0n) return true
  const bound = part.largest === whole.largest ? whole.second : whole.largest
  const largest = smallerOf(bound, rest)
  const second = smallerOf(whole.second, rest - largest)
  return isDominated({ absolute: rest, largest, second }, rules)
}

/**
 * Rule R4: the same verdict from sums alone, for cells that were added across domains, where nobody
 * knows the two largest. One-sided: a certified cell is never dominated, the others need a look.
 *
 * With Q the sum of squares, the largest is at most sqrt(Q) and the two largest at most sqrt(2 Q).
 */
export function isCertifiedNotDominated(
  { absolute: total, squares }: Pick<VariableCell, 'absolute' | 'squares'>,
  rules: ExactRules,
): boolean {
  const { largestShare, twoLargestShare } = rules
  const ratio = ROOT_OF_TWO + rules.remainderShare
  const square = total * total
  return (
    squares * WHOLE * WHOLE <= largestShare * largestShare * square &&
    2n * squares * WHOLE * WHOLE <= twoLargestShare * twoLargestShare * square &&
    ratio * ratio * squares <= square * WHOLE * WHOLE
  )
}

function smallerOf(a: bigint, b: bigint): bigint {
  return a <= b ? a : b
}

/** sqrt(2) in thousandths, rounded up. */
const ROOT_OF_TWO = 1415n
