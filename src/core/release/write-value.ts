/** Rule R7: a value that may leave, rounded, as text. */

import { assert, unreachable } from '../../model/assert.ts'
import type { MeasureCell } from '../../model/cell.ts'
import type { Measure } from '../../model/plan.ts'
import type { ThresholdRules } from '../../model/release-policy.ts'
import type { TextValue } from '../../model/table.ts'
import { decimalText, powerOfTen, ratioText, roundSignificant, roundToMultiple } from './decimal.ts'
import { isBinary, type Lattice } from './lattice.ts'
import { type MomentScale, type MomentSums, momentText } from './moments.ts'

/** The shortest text of a DOUBLE is certain up to this many digits. */
const DOUBLE_DIGITS = 15

export function writeUnits(units: bigint, { countBase }: ThresholdRules): string {
  return roundToMultiple(units, BigInt(countBase)).toString()
}

export function writeValue(
  measure: Exclude<Measure, { kind: 'units' }>,
  lattices: readonly Lattice[],
  cell: MeasureCell,
  rules: ThresholdRules,
): TextValue {
  const { significantDigits } = rules
  const [lattice] = lattices
  assert(lattice !== undefined, 'a measure has a lattice')
  const { multiplier, scale } = lattice
  const digits = Math.min(significantDigits, DOUBLE_DIGITS)
  switch (measure.kind) {
    case 'rows':
      return roundToMultiple(cell.rows, BigInt(rules.countBase)).toString()
    case 'sum': {
      const { sum } = roundCounts(cell, lattice, rules)
      return decimalText(roundSignificant(sum * multiplier, significantDigits), scale)
    }
    case 'mean': {
      const { rows, sum } = roundCounts(cell, lattice, rules)
      return rows === 0n ? null : ratioText(sum * multiplier, rows * powerOfTen(scale), digits)
    }
    case 'moments':
      return momentText(measure.statistic, sumsOf(cell), scaleOf(lattices), digits)
    default:
      return unreachable(measure, 'writeValue')
  }
}

/** The sum of a yes/no column is a count, and is rounded like one. */
function roundCounts(
  { rows, variables }: MeasureCell,
  lattice: Lattice,
  { countBase }: ThresholdRules,
): { readonly rows: bigint; readonly sum: bigint } {
  const { sum } = variables[0]
  if (!isBinary(lattice)) return { rows, sum }
  const base = BigInt(countBase)
  const all = roundToMultiple(rows, base)
  return { rows: all, sum: all * lattice.lower + roundToMultiple(sum - rows * lattice.lower, base) }
}

function sumsOf({ rows, variables, products }: MeasureCell): MomentSums {
  const [first, second] = variables
  const [firstSquares = 0n, secondSquares = 0n, product = 0n] = products
  return {
    rows,
    first: first.sum,
    firstSquares,
    second: second?.sum ?? 0n,
    secondSquares,
    products: product,
  }
}

/** Both variables over the finer of their decimal scales. */
function scaleOf(lattices: readonly Lattice[]): MomentScale {
  const scale = Math.max(...lattices.map((lattice) => lattice.scale))
  const [first = 0n, second = 0n] = lattices.map(
    (lattice) => lattice.multiplier * powerOfTen(scale - lattice.scale),
  )
  return { first, second, denominator: powerOfTen(scale) }
}
