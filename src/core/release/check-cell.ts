/** What every cell must satisfy, whatever the data: the relations between the sums of real contributions. */

import { assert } from '../../model/assert.ts'
import type { Cell, MeasureCell, VariableCell } from '../../model/cell.ts'
import type { ReleaseNode } from '../../model/plan.ts'
import { absolute } from './decimal.ts'
import { type Lattice, latticesOf } from './lattice.ts'

export interface MeasureShape {
  readonly lattices: readonly Lattice[]
  /** Sums over rows that follow the variables of moments: one, or three for two variables. */
  readonly productCount: number
  readonly columnCount: number
}

export interface CellShape {
  readonly measures: readonly MeasureShape[]
  /** M, where the vault bounds it. */
  readonly maximumRows: bigint | undefined
}

/** Columns before the variables of a measure, and for each variable. */
const MEASURE_COLUMNS = 2
const VARIABLE_COLUMNS = 5

/** What the vault reports for squares that would not fit, which no certificate passes. */
const SATURATED = 2n ** 126n

export function shapeOf(node: ReleaseNode): CellShape {
  const { maximumRows } = node.bounds
  return {
    maximumRows: maximumRows === undefined ? undefined : BigInt(maximumRows),
    measures: node.measures
      .filter(({ kind }) => kind !== 'units')
      .map((measure) => {
        const lattices = latticesOf(measure)
        const productCount = measure.kind === 'moments' ? 2 * lattices.length - 1 : 0
        const columnCount = MEASURE_COLUMNS + VARIABLE_COLUMNS * lattices.length + productCount
        return { lattices, productCount, columnCount }
      }),
  }
}

/** @throws {InvariantViolation} Numbers that contradict each other or the plan. */
export function checkCell(cell: Cell, { measures, maximumRows }: CellShape): void {
  const { units, rows } = cell
  checkCounts(units, rows, maximumRows)
  for (let i = 0; i < measures.length; i++) {
    const shape = measures[i]
    const measure = cell.measures[i]
    assert(shape !== undefined && measure !== undefined, 'a cell has every measure')
    checkCounts(measure.units, measure.rows, maximumRows)
    assert(measure.units <= units, 'units with a value are units')
    assert(measure.rows <= rows, 'rows with a value are rows')
    for (let v = 0; v < shape.lattices.length; v++) {
      const lattice = shape.lattices[v]
      const variable = measure.variables[v]
      assert(lattice !== undefined && variable !== undefined, 'a measure has every variable')
      checkTotals(variable, lattice, measure.rows)
      checkUnits(variable, measure.units)
      assert(
        maximumRows === undefined || variable.largest <= maximumRows * lattice.reach,
        'a contribution stays within its bound',
      )
    }
    if (shape.productCount > 0) checkProducts(measure, shape, maximumRows !== undefined)
  }
}

function checkCounts(units: bigint, rows: bigint, maximumRows: bigint | undefined): void {
  assert(units >= 0n && rows >= units, 'every unit of a cell has a row')
  assert(units > 0n || rows === 0n, 'every row of a cell has a unit')
  assert(maximumRows === undefined || rows <= units * maximumRows, 'rows stay within their bound')
}

/** What holds for the rows behind a variable. */
function checkTotals(variable: VariableCell, lattice: Lattice, rows: bigint): void {
  const { sum, absolute: total } = variable
  assert(
    sum >= rows * lattice.lower && sum <= rows * lattice.upper,
    'a sum stays within the clamp of its rows',
  )
  assert(
    total >= absolute(sum) && total <= rows * lattice.reach,
    'absolute contributions lie between the sum and the clamp',
  )
}

/** What holds for contributions of distinct units, given their two largest magnitudes. */
function checkUnits(variable: VariableCell, units: bigint): void {
  const { absolute: total, squares, largest, second } = variable
  assert(second >= 0n && largest >= second, 'the largest contribution comes first')
  assert(total >= largest + second, 'the largest contributions are part of the total')
  const others = units > 1n ? units - 1n : 0n
  assert(total <= largest + others * second, 'no contribution exceeds the two largest')
  if (squares === SATURATED) return
  assert(
    squares >= largest * largest + second * second &&
      squares <= largest * largest + second * (total - largest),
    'squares agree with the largest contributions',
  )
  assert(squares * units >= total * total, 'squares agree with the number of units')
}

/**
 * What holds for sums of products over rows. Where contributions are bounded, each sum is clamped per
 * unit on its own, so that only the clamps relate them.
 */
function checkProducts(
  { rows, variables, products }: MeasureCell,
  { lattices }: MeasureShape,
  isBounded: boolean,
): void {
  for (let v = 0; v < lattices.length; v++) {
    const lattice = lattices[v]
    const square = products[v]
    const sum = variables[v]?.sum
    assert(
      lattice !== undefined && square !== undefined && sum !== undefined,
      'moments have every product',
    )
    assert(square >= 0n && square <= rows * lattice.reach ** 2n, 'a square stays within the clamp')
    assert(isBounded || rows * square >= sum * sum, 'the squares of rows agree with their sum')
  }
  const [first, second] = lattices
  const [xx, yy, xy] = products
  const [x, y] = variables
  if (first === undefined || second === undefined || y === undefined) return
  assert(xx !== undefined && yy !== undefined && xy !== undefined, 'moments have every product')
  assert(
    absolute(xy) <= rows * first.reach * second.reach,
    'the products of rows stay within the clamps',
  )
  const covariance = rows * xy - x.sum * y.sum
  const spread = (rows * xx - x.sum ** 2n) * (rows * yy - y.sum ** 2n)
  assert(isBounded || covariance ** 2n <= spread, 'products agree with the squares')
}
