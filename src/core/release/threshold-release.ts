/** Release by rules: a cell leaves when it rests on enough units, and a value when no unit dominates it. */

import { assert, unreachable } from '../../model/assert.ts'
import type { Cell, MeasureCell } from '../../model/cell.ts'
import type { UnitName } from '../../model/data-product.ts'
import type { Measure, ReleaseNode } from '../../model/plan.ts'
import type { ThresholdRules, UnitRules } from '../../model/release-policy.ts'
import type { TextValue } from '../../model/table.ts'
import { decimalText, powerOfTen, ratioText, roundSignificant, roundToMultiple } from './decimal.ts'
import { isDominated } from './dominance.ts'
import {
  type CellIndex,
  groupsToJudge,
  measureAt,
  measurePositions,
  type ReleasedCell,
} from './group-cells.ts'
import { hasPublicKeys } from './group-keys.ts'
import { isHomogeneous } from './homogeneity.ts'
import { type Lattice, latticeOf } from './lattice.ts'

/** The shortest text of a DOUBLE is certain up to this many digits. */
const DOUBLE_DIGITS = 15

const EMPTY_CELL: Cell = { keys: [], units: 0n, rows: 0n, measures: [] }

type ValueMeasure = Exclude<Measure, { kind: 'units' }>

/** One cell as one protected unit sees it. */
interface View {
  readonly cell: Cell
  readonly rules: UnitRules
}

/**
 * @param indexes The same cells counted for each protected unit, in the order of the node's queries.
 *   Counts of a unit come from its own index, everything else from the first.
 */
export function releaseByThreshold(
  node: ReleaseNode,
  rules: ThresholdRules,
  indexes: readonly CellIndex[],
): readonly ReleasedCell[] {
  const unitRules = node.cellQueries.map(({ unit }) => rulesOf(rules, unit))
  const positions = measurePositions(node)
  const readers = node.measures.map((measure, i) =>
    measure.kind === 'units'
      ? unitsReader(measure.unit, node, rules)
      : measureReader(measure, positions[i], rules),
  )
  const hasPrivateKeys = !hasPublicKeys(node)
  const released: ReleasedCell[] = []

  for (const group of groupsToJudge(node, indexes[0])) {
    const views = unitRules.map((unitRule, i) => ({
      cell: indexes[i]?.get(group.key) ?? EMPTY_CELL,
      rules: unitRule,
    }))
    const isLargeEnough = views.every(
      ({ cell, rules: { minimumUnits } }) => cell.units >= minimumUnits,
    )
    // A private group that fails is not even named. A public one is named, empty or not.
    if (!isLargeEnough && hasPrivateKeys) continue
    released.push({ ...group, values: readers.map((read) => (isLargeEnough ? read(views) : null)) })
  }
  return released
}

type ValueReader = (views: readonly View[]) => TextValue

function unitsReader(unit: UnitName, node: ReleaseNode, rules: ThresholdRules): ValueReader {
  const position = node.cellQueries.findIndex((query) => query.unit === unit)
  return (views) => {
    const view = views[position]
    assert(view !== undefined, 'units are counted for a protected unit')
    return roundToMultiple(view.cell.units, BigInt(rules.countBase)).toString()
  }
}

function measureReader(
  measure: ValueMeasure,
  position: number | undefined,
  rules: ThresholdRules,
): ValueReader {
  const lattice = latticeOf(measure)
  return (views) => {
    const isSafe = views.every((view) =>
      mayLeave(measure.kind, lattice, measureAt(view.cell, position), view.rules),
    )
    return isSafe
      ? writeValue(measure.kind, lattice, measureAt(views[0]?.cell, position), rules)
      : null
  }
}

/** Rules R1, R2, R3 and R5 on what lies behind one value. */
function mayLeave(
  kind: ValueMeasure['kind'],
  lattice: Lattice,
  cell: MeasureCell,
  rules: UnitRules,
): boolean {
  if (rules.minimumUnits === 0) return kind === 'rows' || cell.rows > 0n
  // Fewer rows with a value than units demanded means fewer units with a value.
  if (cell.rows < rules.minimumUnits || isDominated(cell, rules)) return false
  return kind === 'rows' || !isHomogeneous(cell, lattice)
}

/** Rule R7. */
function writeValue(
  kind: ValueMeasure['kind'],
  { multiplier, scale }: Lattice,
  { rows, sum }: MeasureCell,
  { countBase, significantDigits }: ThresholdRules,
): TextValue {
  switch (kind) {
    case 'rows':
      return roundToMultiple(rows, BigInt(countBase)).toString()
    case 'sum':
      return decimalText(roundSignificant(sum * multiplier, significantDigits), scale)
    case 'mean':
      return ratioText(
        sum * multiplier,
        rows * powerOfTen(scale),
        Math.min(significantDigits, DOUBLE_DIGITS),
      )
    default:
      return unreachable(kind, 'writeValue')
  }
}

function rulesOf(rules: ThresholdRules, unit: UnitName): UnitRules {
  const unitRules = rules.units[unit]
  assert(unitRules !== undefined, 'a threshold policy has rules for every protected unit')
  return unitRules
}
