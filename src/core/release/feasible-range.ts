/**
 * What a reader can infer about suppressed cells from published totals: the exact range of each unknown
 * under linear equations, all unknowns at least zero. Simplex in whole numbers, so that no rounding decides.
 */

import { assert } from '../../model/assert.ts'

/** `sum of coefficients[i] * unknown[i] = constant`. */
export interface Equation {
  readonly coefficients: readonly bigint[]
  readonly constant: bigint
}

export interface Range {
  readonly low: bigint
  /** Undefined where nothing bounds the unknown. */
  readonly high: bigint | undefined
}

/** Rows of a tableau share one positive denominator; the last row is the objective, the last column the constants. */
interface Tableau {
  readonly rows: bigint[][]
  readonly basis: number[]
  denominator: bigint
}

/**
 * The range of one unknown, rounded outwards to whole numbers.
 *
 * @throws {InvariantViolation} Equations that no values satisfy.
 * @see Edmonds (1967): pivots of integer tableaus divide exactly.
 */
export function feasibleRange(equations: readonly Equation[], unknown: number): Range {
  const start = feasibleTableau(equations)
  const low = optimum(start, unknown, -1n)
  assert(low !== undefined, 'an unknown is bounded from below')
  const high = optimum(start, unknown, 1n)
  return {
    low: floorDivide(low.numerator, low.denominator),
    high: high === undefined ? undefined : -floorDivide(-high.numerator, high.denominator),
  }
}

/** Phase one: artificial unknowns form a basis and are driven out. */
function feasibleTableau(equations: readonly Equation[]): Tableau {
  const size = equations[0]?.coefficients.length ?? 0
  const rows = equations.map(({ coefficients, constant }, i) => {
    const sign = constant < 0n ? -1n : 1n
    const artificial = equations.map((_, j) => (i === j ? 1n : 0n))
    return [...coefficients.map((value) => sign * value), ...artificial, sign * constant]
  })
  const width = size + equations.length + 1
  const objective = Array.from({ length: width }, (_, column) =>
    column >= size && column < width - 1
      ? 0n
      : rows.reduce((sum, row) => sum + (row[column] ?? 0n), 0n),
  )
  const basis = equations.map((_, i) => size + i)
  const tableau = { rows: [...rows, objective], basis, denominator: 1n }
  maximise(tableau, size)
  assert(tableau.rows.at(-1)?.at(-1) === 0n, 'published totals agree with each other')
  for (const [row, column] of basis.entries()) {
    const other = tableau.rows[row]?.findIndex((value, i) => i < size && value !== 0n) ?? -1
    if (column >= size && other >= 0) pivot(tableau, row, other)
  }
  return tableau
}

/** Phase two: the largest value of `sign` times the unknown, times `sign`; undefined when unbounded. */
function optimum(
  start: Tableau,
  unknown: number,
  sign: bigint,
): { readonly numerator: bigint; readonly denominator: bigint } | undefined {
  const size = (start.rows[0]?.length ?? 1) - 1 - start.basis.length
  const rows = start.rows.slice(0, -1).map((row) => [...row])
  const width = rows[0]?.length ?? 0
  const at = start.basis.indexOf(unknown)
  const objective = Array.from({ length: width }, (_, column) => {
    const own = column === unknown ? start.denominator : 0n
    return sign * (own - (at < 0 ? 0n : (rows[at]?.[column] ?? 0n)))
  })
  const tableau = {
    rows: [...rows, objective],
    basis: [...start.basis],
    denominator: start.denominator,
  }
  if (!maximise(tableau, size)) return undefined
  const numerator = -sign * (tableau.rows.at(-1)?.at(-1) ?? 0n)
  return { numerator, denominator: tableau.denominator }
}

/** Pivots until no unknown improves the objective; false when it grows without bound. Bland's rule ends it. */
function maximise(tableau: Tableau, size: number): boolean {
  for (;;) {
    const objective = tableau.rows.at(-1) ?? []
    const column = objective.findIndex((value, i) => i < size && value > 0n)
    if (column < 0) return true
    const row = leavingRow(tableau, column)
    if (row < 0) return false
    pivot(tableau, row, column)
  }
}

/** The row that limits the unknown most; the lowest unknown among equals. */
function leavingRow({ rows, basis }: Tableau, column: number): number {
  let best = -1
  for (let i = 0; i < basis.length; i++) {
    const factor = rows[i]?.[column] ?? 0n
    if (factor <= 0n) continue
    const bestRow = rows[best]
    const difference =
      bestRow === undefined
        ? -1n
        : (rows[i]?.at(-1) ?? 0n) * (bestRow[column] ?? 0n) - (bestRow.at(-1) ?? 0n) * factor
    const isEarlier = difference === 0n && (basis[i] ?? 0) < (basis[best] ?? 0)
    if (difference < 0n || isEarlier) best = i
  }
  return best
}

function pivot(tableau: Tableau, row: number, column: number): void {
  const { rows, basis, denominator } = tableau
  const source = rows[row] ?? []
  const sign = (source[column] ?? 0n) < 0n ? -1n : 1n
  const pivotRow = source.map((value) => sign * value)
  const factor = pivotRow[column] ?? 0n
  for (let i = 0; i < rows.length; i++) {
    const own = rows[i] ?? []
    const scale = own[column] ?? 0n
    rows[i] =
      i === row
        ? pivotRow
        : own.map((value, j) => (value * factor - scale * (pivotRow[j] ?? 0n)) / denominator)
  }
  basis[row] = column
  tableau.denominator = factor
}

function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  return numerator % denominator < 0n ? quotient - 1n : quotient
}
