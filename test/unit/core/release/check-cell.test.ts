import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCells } from '../../../../src/core/release/read-cells.ts'
import type { Measure } from '../../../../src/model/plan.ts'
import { aCell, aNode, aTable, PERSON } from '../../../support/release-builders.ts'

const X = { lower: '-20', upper: '50', step: '1' }
const Y = { lower: '0', upper: '9', step: '1' }
const PAIR: Measure = {
  column: 'm0',
  source: 'corr(x, y)',
  kind: 'moments',
  statistic: 'corr',
  bounds: [X, Y],
}
const NODE = aNode({ keys: [], measures: [PAIR] })

/** Columns of the cell: units, rows, u, n, five for each variable, then the products. */
const AT = { n: 3, s: 4, y: 9, xx: 14, yy: 15, xy: 16 }

const CELL = aCell([], [[3n, -5n], [20n], [null]], NODE, [[1n, 2n], [9n], [4n]])

function readWith(change: Readonly<Record<number, string>>): () => unknown {
  const row = CELL.map((value, i) => change[i] ?? value)
  return () => readCells(aTable([row], NODE), NODE, PERSON)
}

describe('a cell of moments', () => {
  it('is read with both variables and every product', () => {
    const [cell] = readCells(aTable([CELL], NODE), NODE, PERSON).cells
    expect(cell?.measures[0]).toEqual({
      units: 2n,
      rows: 3n,
      variables: [
        { sum: 18n, squares: 404n, absolute: 22n, largest: 20n, second: 2n },
        { sum: 12n, squares: 90n, absolute: 12n, largest: 9n, second: 3n },
      ],
      products: [434n, 86n, 173n],
    })
  })

  it.each([
    [{ [AT.xx]: '-1' }, 'a square stays within the clamp'],
    [{ [AT.yy]: '244' }, 'a square stays within the clamp'],
    [{ [AT.xx]: '107' }, 'the squares of rows agree with their sum'],
    [{ [AT.yy]: '47' }, 'the squares of rows agree with their sum'],
    [{ [AT.xy]: '1351' }, 'the products of rows stay within the clamps'],
    [{ [AT.xy]: '195' }, 'products agree with the squares'],
    [{ [AT.y]: '28' }, 'a sum stays within the clamp'],
  ])('is refused with %o', (change, reason) => {
    expect(readWith(change)).toThrow(reason)
  })

  it('relates sums by their clamps alone where each is clamped for itself', () => {
    // One unit with many rows, counted as one: three rows of 3 sum to 9, their squares to 27.
    const bounded = aNode({ ...NODE, bounds: { maximumRows: 1 } })
    const row = [
      '1',
      '1',
      '1',
      '1',
      '9',
      '81',
      '9',
      '9',
      '0',
      '3',
      '9',
      '3',
      '3',
      '0',
      '27',
      '3',
      '9',
    ]
    expect(() => readCells(aTable([row], bounded), bounded, PERSON)).not.toThrow()
    expect(() => readCells(aTable([row], NODE), NODE, PERSON)).toThrow('agree with their sum')
  })

  it('accepts squares that the vault could not add up', () => {
    const wide = { lower: '0', upper: '999999999999999999', step: '1' }
    const node = aNode({
      keys: [],
      measures: [{ column: 'm0', source: 'x', kind: 'sum', bounds: wide }],
    })
    const size = 9n * 10n ** 17n
    const sum = `${40n * size}`
    const row = ['2', '40', '2', '40', sum, `${2n ** 126n}`, sum, `${20n * size}`, `${20n * size}`]
    expect(() => readCells(aTable([row], node), node, PERSON)).not.toThrow()
  })

  it('is never refused when it comes from data', () => {
    const value = fc.option(fc.bigInt({ min: -20n, max: 50n }))
    const units = fc.array(
      fc.array(fc.tuple(value, fc.option(fc.bigInt({ min: 0n, max: 9n }))), {
        minLength: 1,
        maxLength: 4,
      }),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(units, (rows) => {
        const first = rows.map((own) => own.map(([x]) => x))
        const second = rows.map((own) => own.map(([, y]) => y))
        const cell = aCell([], first, NODE, second)
        expect(readCells(aTable([cell], NODE), NODE, PERSON).cells).toHaveLength(1)
      }),
    )
  })
})
