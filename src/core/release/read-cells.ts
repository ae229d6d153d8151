/**
 * Cells as they arrive from the vault, checked against the plan. A vault worker that was taken over can
 * lie about numbers; it cannot make `release()` believe a shape that no data has.
 */

import { assert } from '../../model/assert.ts'
import type { Cell, CellTable, MeasureCell } from '../../model/cell.ts'
import type { UnitName } from '../../model/data-product.ts'
import type { ReleaseNode } from '../../model/plan.ts'
import type { TextTable, TextValue } from '../../model/table.ts'
import { absolute } from './decimal.ts'
import { type Lattice, latticeOf } from './lattice.ts'

/** More cells than any policy releases at once; what is beyond is a broken worker. */
const MAXIMUM_CELLS = 1_000_000

/** Group keys are codes and names. A longer key is left out as if no row had it. */
export const MAXIMUM_KEY_BYTES = 1024

const COLUMNS_PER_MEASURE = 6

/** Canonical integers within the engine's widest type. */
const INTEGER = /^(?:0|-?[1-9]\d{0,38})$/

const KEY_TYPE =
  /^(?:VARCHAR|BOOLEAN|DATE|TIME|TIMESTAMP|U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(\d{1,2},\d{1,2}\))$/

/**
 * @param unit The privacy unit that the table counts.
 * @throws {InvariantViolation} Anything that contradicts the plan or itself.
 */
export function readCells(table: TextTable, node: ReleaseNode, unit: UnitName): CellTable {
  const lattices = node.measures.filter(({ kind }) => kind !== 'units').map(latticeOf)
  const keyColumns = table.columns.slice(0, node.keys.length)
  assert(
    table.columns.length === node.keys.length + 2 + lattices.length * COLUMNS_PER_MEASURE,
    'a cell table has the columns of its plan',
  )
  assert(
    keyColumns.every(({ name }, i) => name === node.keys[i]?.column),
    'the keys of a cell table are those of its plan',
  )
  assert(
    keyColumns.every(({ type }) => KEY_TYPE.test(type)),
    'the keys of a cell table have plain types',
  )
  assert(table.rows.length <= MAXIMUM_CELLS, 'a cell table stays within its cap')

  const maximumRows = node.bounds.maximumRows
  const cells: Cell[] = []
  for (const row of table.rows) {
    assert(row.length === table.columns.length, 'a cell has a value in every column')
    const cell = readCell(row, node.keys.length, lattices.length)
    checkCell(cell, lattices, maximumRows === undefined ? undefined : BigInt(maximumRows))
    if (keySizeBytes(cell.keys) <= MAXIMUM_KEY_BYTES) cells.push(cell)
  }
  return { unit, keyTypes: keyColumns.map(({ type }) => type), cells }
}

function readCell(row: readonly TextValue[], keyCount: number, measureCount: number): Cell {
  const measures: MeasureCell[] = []
  for (let i = 0; i < measureCount; i++) {
    const at = keyCount + 2 + i * COLUMNS_PER_MEASURE
    measures.push({
      rows: readInteger(row[at]),
      sum: readInteger(row[at + 1]),
      squares: readInteger(row[at + 2]),
      absolute: readInteger(row[at + 3]),
      largest: readInteger(row[at + 4]),
      second: readInteger(row[at + 5]),
    })
  }
  return {
    keys: row.slice(0, keyCount),
    units: readInteger(row[keyCount]),
    rows: readInteger(row[keyCount + 1]),
    measures,
  }
}

function readInteger(text: TextValue | undefined): bigint {
  assert(typeof text === 'string' && INTEGER.test(text), 'a cell holds whole numbers')
  return BigInt(text)
}

function checkCell(cell: Cell, lattices: readonly Lattice[], maximumRows?: bigint): void {
  const { units, rows } = cell
  assert(units >= 0n && rows >= units, 'every unit of a cell has a row')
  assert(units > 0n || rows === 0n, 'every row of a cell has a unit')
  assert(maximumRows === undefined || rows <= units * maximumRows, 'rows stay within their bound')
  lattices.forEach((lattice, i) => {
    const measure = cell.measures[i]
    assert(measure !== undefined, 'a cell has every measure')
    checkTotals(measure, lattice, rows)
    checkUnits(measure, units)
    assert(
      maximumRows === undefined || measure.largest <= maximumRows * lattice.reach,
      'a contribution stays within its bound',
    )
  })
}

/** What holds for the rows behind a measure. */
function checkTotals(measure: MeasureCell, { lower, upper, reach }: Lattice, rows: bigint): void {
  const { sum, absolute: total } = measure
  assert(measure.rows >= 0n && measure.rows <= rows, 'rows with a value are rows')
  assert(
    sum >= measure.rows * lower && sum <= measure.rows * upper,
    'a sum stays within the clamp of its rows',
  )
  assert(
    total >= absolute(sum) && total <= measure.rows * reach,
    'absolute contributions lie between the sum and the clamp',
  )
}

/** What holds for contributions c of distinct units, given their two largest magnitudes. */
function checkUnits(measure: MeasureCell, units: bigint): void {
  const { absolute: total, squares, largest, second } = measure
  assert(second >= 0n && largest >= second, 'the largest contribution comes first')
  assert(total >= largest + second, 'the largest contributions are part of the total')
  const others = units > 1n ? units - 1n : 0n
  assert(total <= largest + others * second, 'no contribution exceeds the two largest')
  assert(
    squares >= largest * largest + second * second &&
      squares <= largest * largest + second * (total - largest),
    'squares agree with the largest contributions',
  )
  assert(squares * units >= total * total, 'squares agree with the number of units')
}

function keySizeBytes(keys: readonly TextValue[]): number {
  let size = 0
  for (const key of keys) {
    if (key === null) continue
    assert(key.isWellFormed(), 'a group key is well-formed text')
    size += Buffer.byteLength(key)
  }
  return size
}
