/**
 * Cells as they arrive from the vault, checked against the plan. A vault worker that was taken over can
 * lie about numbers; it cannot make `release()` believe a shape that no data has.
 */

import { assert } from '../../model/assert.ts'
import type { Cell, CellTable, MeasureCell, VariableCell } from '../../model/cell.ts'
import type { UnitName } from '../../model/data-product.ts'
import type { ReleaseNode } from '../../model/plan.ts'
import type { TextTable, TextValue } from '../../model/table.ts'
import { type CellShape, checkCell, type MeasureShape, shapeOf } from './check-cell.ts'

/** More cells than any policy releases at once; what is beyond is a broken worker. */
const MAXIMUM_CELLS = 1_000_000

/** Group keys are codes and names. A longer key is left out as if no row had it. */
export const MAXIMUM_KEY_BYTES = 1024

/** Canonical integers within the engine's widest type. */
const INTEGER = /^(?:0|-?[1-9]\d{0,38})$/

const KEY_TYPE =
  /^(?:VARCHAR|BOOLEAN|DATE|TIME|TIMESTAMP|U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(\d{1,2},\d{1,2}\))$/

/**
 * @param unit The privacy unit that the table counts.
 * @throws {InvariantViolation} Anything that contradicts the plan or itself.
 */
export function readCells(table: TextTable, node: ReleaseNode, unit: UnitName): CellTable {
  const shape = shapeOf(node)
  const keyCount = node.keys.length
  const keyColumns = table.columns.slice(0, keyCount)
  assert(
    table.columns.length === keyCount + 2 + shape.measures.reduce((n, m) => n + m.columnCount, 0),
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

  const cells: Cell[] = []
  for (const row of table.rows) {
    assert(row.length === table.columns.length, 'a cell has a value in every column')
    const cell = readCell(row, keyCount, shape)
    checkCell(cell, shape)
    if (keySizeBytes(cell.keys) <= MAXIMUM_KEY_BYTES) cells.push(cell)
  }
  return { unit, keyTypes: keyColumns.map(({ type }) => type), cells }
}

function readCell(row: readonly TextValue[], keyCount: number, shape: CellShape): Cell {
  let at = keyCount + 2
  const measures = shape.measures.map((measure) => {
    const cell = readMeasure(row, at, measure)
    at += measure.columnCount
    return cell
  })
  return {
    keys: row.slice(0, keyCount),
    units: readInteger(row[keyCount]),
    rows: readInteger(row[keyCount + 1]),
    measures,
  }
}

function readMeasure(row: readonly TextValue[], at: number, shape: MeasureShape): MeasureCell {
  const first = readVariable(row, at + 2)
  return {
    units: readInteger(row[at]),
    rows: readInteger(row[at + 1]),
    variables: shape.lattices.length === 1 ? [first] : [first, readVariable(row, at + 7)],
    products:
      shape.productCount === 0
        ? NO_PRODUCTS
        : row
            .slice(at + shape.columnCount - shape.productCount, at + shape.columnCount)
            .map(readInteger),
  }
}

const NO_PRODUCTS: readonly bigint[] = []

function readVariable(row: readonly TextValue[], at: number): VariableCell {
  return {
    sum: readInteger(row[at]),
    squares: readInteger(row[at + 1]),
    absolute: readInteger(row[at + 2]),
    largest: readInteger(row[at + 3]),
    second: readInteger(row[at + 4]),
  }
}

function readInteger(text: TextValue | undefined): bigint {
  assert(typeof text === 'string' && INTEGER.test(text), 'a cell holds whole numbers')
  return BigInt(text)
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
