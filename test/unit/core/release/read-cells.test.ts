import { describe, expect, it } from 'vitest'
import { MAXIMUM_KEY_BYTES, readCells } from '../../../../src/core/release/read-cells.ts'
import type { Measure } from '../../../../src/model/plan.ts'
import type { TextTable } from '../../../../src/model/table.ts'
import { aCell, aNode, aTable, CROWD, PERSON, SUM } from '../../../support/release-builders.ts'

const NODE = aNode({ measures: [SUM], bounds: { maximumRows: 2 } })

/** Columns of the one measure in `NODE`. */
const PARTS = ['k0', 'units', 'rows', 'u', 'n', 's', 'q', 'a', 't1', 't2']

function read(table: TextTable): ReturnType<typeof readCells> {
  return readCells(table, NODE, PERSON)
}

function tableWith(change: Readonly<Record<string, string | null>>): TextTable {
  const cell = aCell(['north'], [[300n, 200n], [100n, null], [50n]], NODE)
  return aTable([cell.map((value, i) => change[PARTS[i] ?? ''] ?? value)], NODE)
}

describe('readCells', () => {
  it('reads what the plan describes', () => {
    expect(read(tableWith({}))).toEqual({
      unit: PERSON,
      keyTypes: ['VARCHAR'],
      cells: [
        {
          keys: ['north'],
          units: 3n,
          rows: 5n,
          measures: [
            {
              units: 3n,
              rows: 4n,
              variables: [
                { sum: 650n, squares: 262_500n, absolute: 650n, largest: 500n, second: 100n },
              ],
              products: [],
            },
          ],
        },
      ],
    })
  })

  it('accepts an empty cell and negative contributions', () => {
    const measure: Measure = {
      ...SUM,
      kind: 'sum',
      bounds: { lower: '-100', upper: '100', step: '0.1' },
    }
    const node = aNode({ measures: [measure] })
    const rows = [aCell(['a'], [], node), aCell(['b'], [[-5n], [7n, -9n], [3n]], node)]
    expect(
      readCells(aTable(rows, node), node, PERSON).cells[1]?.measures[0]?.variables[0],
    ).toMatchObject({ sum: -4n, absolute: 10n, largest: 5n, second: 3n })
  })

  it.each([
    [{ units: '-1' }, 'every unit of a cell has a row'],
    [{ units: '6' }, 'every unit of a cell has a row'],
    [{ units: '0' }, 'every row of a cell has a unit'],
    [{ rows: '7' }, 'rows stay within their bound'],
    [{ n: '6' }, 'rows with a value are rows'],
    [{ n: '2' }, 'every unit of a cell has a row'],
    [{ n: '7' }, 'rows stay within their bound'],
    [{ u: '-1' }, 'every unit of a cell has a row'],
    [{ u: '0' }, 'every row of a cell has a unit'],
    [{ u: '4' }, 'units with a value are units'],
    [{ s: '4001' }, 'a sum stays within the clamp'],
    [{ s: '-1' }, 'a sum stays within the clamp'],
    [{ a: '649' }, 'absolute contributions lie between'],
    [{ a: '4001' }, 'absolute contributions lie between'],
    [{ t2: '501' }, 'the largest contribution comes first'],
    [{ t2: '-1' }, 'the largest contribution comes first'],
    [{ t2: '151' }, 'the largest contributions are part of the total'],
    [{ t2: '74' }, 'no contribution exceeds the two largest'],
    [{ q: '259999' }, 'squares agree with the largest'],
    [{ q: '265001' }, 'squares agree with the largest'],
    [{ s: '1.5' }, 'a cell holds whole numbers'],
    [{ s: '' }, 'a cell holds whole numbers'],
    [{ s: '-0' }, 'a cell holds whole numbers'],
    [{ s: '007' }, 'a cell holds whole numbers'],
    [{ s: '9'.repeat(40) }, 'a cell holds whole numbers'],
    [{ k0: '\ud800' }, 'a group key is well-formed text'],
  ])('refuses %o', (change, reason) => {
    expect(() => read(tableWith(change))).toThrow(reason)
  })

  it('refuses NULL where a number belongs', () => {
    const [row = []] = tableWith({}).rows
    expect(() => read(aTable([row.with(5, null)], NODE))).toThrow('whole numbers')
  })

  it('refuses a contribution beyond what rows and clamp allow', () => {
    const two = aCell(['a'], [[1000n, 1000n], [1n]], NODE)
    expect(read(aTable([two], NODE)).cells).toHaveLength(1)
    // One unit with three rows, hidden among others so that the number of rows looks right.
    const hidden = aCell(['a'], [[1000n, 1000n, 1000n], [1n]], NODE)
    expect(() => read(aTable([hidden], NODE))).toThrow('a contribution stays within its bound')
  })

  it('refuses squares below what so few units can have', () => {
    const node = aNode({ measures: [SUM] })
    const cell = ['a', '2', '2', '2', '2', '100', '4999', '100', '50', '50']
    expect(() => readCells(aTable([cell], node), node, PERSON)).toThrow('squares agree')
  })

  it('refuses missing, renamed or surplus columns', () => {
    const table = tableWith({})
    const named = table.columns.with(0, { name: 'k1', type: 'VARCHAR' })
    const typed = table.columns.with(0, { name: 'k0', type: 'INTEGER; DROP' })
    expect(() => read({ ...table, columns: table.columns.slice(1) })).toThrow('has the columns')
    expect(() => read({ ...table, columns: named })).toThrow('the keys of a cell table are those')
    expect(() => read({ ...table, columns: typed })).toThrow('have plain types')
    expect(() => read({ ...table, rows: [['a']] })).toThrow('a value in every column')
  })

  it('leaves out a group whose key is longer than a name, as if it had no rows', () => {
    const fits = 'é'.repeat(MAXIMUM_KEY_BYTES / 2)
    const rows = [aCell([fits], CROWD, NODE), aCell([`${fits}x`], CROWD, NODE)]
    expect(read(aTable(rows, NODE)).cells.map(({ keys }) => keys[0])).toEqual([fits])
  })

  it('refuses a table beyond the cap', () => {
    const row = aCell(['a'], [], NODE)
    const rows = Array.from({ length: 1_000_001 }, () => row)
    expect(() => read(aTable(rows, NODE))).toThrow('stays within its cap')
  })
})
