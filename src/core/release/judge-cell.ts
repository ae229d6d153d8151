/** May a cell be named, and may a value of it leave? Each question is asked for one protected unit. */

import type { Cell, MeasureCell, VariableCell } from '../../model/cell.ts'
import type { Measure, MomentStatistic } from '../../model/plan.ts'
import { isDominated, isRestDominated } from './dominance.ts'
import type { ExactRules } from './exact-rules.ts'
import { isHomogeneous, isShareSafe } from './homogeneity.ts'
import { isBinary, type Lattice } from './lattice.ts'
import { parametersOf } from './moments.ts'

/** One cell as one protected unit sees it. */
export interface View {
  readonly cell: Cell
  /** The cell that contains this one, where the node lies within another. */
  readonly outer: Cell | undefined
  readonly rules: ExactRules
}

/** One measure of a cell, and the same measure of the containing cell where it is shown there. */
export interface Parts {
  readonly part: MeasureCell
  readonly whole: MeasureCell | undefined
}

type ValueMeasure = Exclude<Measure, { kind: 'units' }>

/** R9: residual degrees of freedom. */
const MINIMUM_FREEDOM = 10n

/** R1. */
export function isLargeEnough(cell: Cell | undefined, { minimumUnits }: ExactRules): boolean {
  return (cell?.units ?? 0n) >= minimumUnits
}

/**
 * R1, R1' and R5 for a number of units or rows. Within a containing cell a count is a part of a whole:
 * either both sides could stand alone, or they are shown as a share of it.
 *
 * @param units Units behind the count.
 */
export function mayCountLeave(units: bigint, { outer, rules }: View): boolean {
  if (rules.minimumUnits === 0n) return true
  if (outer === undefined) return units >= rules.minimumUnits
  return isShareSafe(units, outer.units - units, rules)
}

/** All rules for one value of a cell that is large enough, or whose containing cell is. */
export function mayValueLeave(
  measure: ValueMeasure,
  lattices: readonly Lattice[],
  view: View,
  parts: Parts,
): boolean {
  const { rules } = view
  const cell = parts.part
  if (rules.minimumUnits === 0n) return measure.kind === 'rows' || cell.rows > 0n
  if (measure.kind === 'rows') {
    return mayCountLeave(cell.units, view) && !isDominated(cell.variables[0], rules)
  }
  if (cell.units < rules.minimumUnits || !isComplementSafe(view, parts)) return false
  if (measure.kind === 'moments' && !mayMomentsLeave(measure.statistic, cell, rules)) return false
  for (let i = 0; i < lattices.length; i++) {
    const lattice = lattices[i]
    const variable = cell.variables[i]
    if (!(lattice && variable && mayTotalLeave(cell, variable, lattice, rules))) return false
  }
  return true
}

/**
 * R1' for a value under a condition: what the rest of the containing cell adds up to can be computed where
 * both are shown. Nobody left and too few left are the same answer, so that neither can be told.
 */
function isComplementSafe({ outer, rules }: View, { part, whole }: Parts): boolean {
  if (outer === undefined) return true
  const left = (whole?.units ?? outer.units) - part.units
  if (left < rules.minimumUnits) return false
  return (
    whole === undefined ||
    whole.variables.every((variable, i) => {
      const own = part.variables[i]
      return own !== undefined && !isRestDominated(variable, own, rules)
    })
  )
}

/** R9, and R2 and R3 on squared contributions: a variance can be one outlier's square. */
function mayMomentsLeave(
  statistic: MomentStatistic,
  { units, variables }: MeasureCell,
  rules: ExactRules,
): boolean {
  return (
    units - parametersOf(statistic) >= MINIMUM_FREEDOM &&
    variables.every(({ squares, largest, second }) => {
      const [first, next] = [largest * largest, second * second]
      return !isDominated({ absolute: squares, largest: first, second: next }, rules)
    })
  )
}

/** R2, R3 and R5 for the total of one variable. */
function mayTotalLeave(
  { rows, units }: MeasureCell,
  variable: VariableCell,
  lattice: Lattice,
  rules: ExactRules,
): boolean {
  if (isDominated(variable, rules)) return false
  if (!isBinary(lattice)) return !isHomogeneous(rows, variable.sum, lattice)
  // Units of several rows may stand on both sides; each side is judged by the units its rows come to.
  const yes = ((variable.sum - rows * lattice.lower) * units) / rows
  return isShareSafe(yes, units - yes, rules)
}
