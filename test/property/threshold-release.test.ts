/**
 * Goal: whatever the data, nothing leaves in threshold mode that the rules forbid, and order never matters.
 * Method: random cells go through `release`; what comes out is judged by the rules written out slowly.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TextTable } from '../../src/model/table.ts'
import {
  aCell,
  aNode,
  aTable,
  type Contributions,
  NO_NOISE,
  PERSON,
  release,
  sealed,
  THRESHOLD,
} from '../support/release-builders.ts'

const K = 3
const NODE = aNode()
const RULES = {
  ...THRESHOLD,
  units: {
    [PERSON]: {
      minimumUnits: K,
      largestShare: 600,
      twoLargestShare: 850,
      remainderShare: 100,
      minorityUnits: 3,
      largestClass: 900,
    },
  },
}

const value = fc.option(fc.bigInt({ min: 0n, max: 1000n }))
const contributions = fc.array(fc.array(value, { minLength: 1, maxLength: 4 }), { maxLength: 8 })
const cells = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), contributions), {
  selector: ([key]) => key,
  maxLength: 6,
})

function answer(rows: TextTable['rows']): TextTable['rows'] {
  const result = release({
    node: NODE,
    tables: sealed(aTable(rows)),
    rules: RULES,
    picoRho: 0n,
    noise: NO_NOISE,
  })
  if (!result.ok) throw new Error(result.problem.code)
  return result.value.rows
}

function perUnit(cell: Contributions): readonly number[] {
  return cell.map((rows) => rows.reduce((sum, row) => sum + Number(row ?? 0n), 0))
}

function isDominated(amounts: readonly number[]): boolean {
  const [first = 0, second = 0, ...rest] = amounts.toSorted((a, b) => b - a)
  const remainder = rest.reduce((sum, amount) => sum + amount, 0)
  const total = first + second + remainder
  return first > 0.6 * total || first + second > 0.85 * total || remainder < 0.1 * first
}

describe('threshold release', () => {
  it('releases exactly what the rules allow', () => {
    fc.assert(
      fc.property(cells, (input) => {
        const released = new Map(
          answer(input.map(([key, cell]) => aCell([key], cell))).map((row) => [row[0], row]),
        )
        for (const [key, cell] of input) {
          const row = released.get(key)
          expect(row !== undefined).toBe(cell.length >= K)
          if (row === undefined) continue
          const [, units, rows, sum, mean] = row
          const present = cell.flat().filter((each) => each !== null)
          expect(Number(units)).toBe(5 * Math.round(cell.length / 5))
          expect(rows === null).toBe(isDominated(cell.map((own) => own.length)))

          const total = present.reduce((all, each) => all + each, 0n)
          const isUnanimous = total < 3n || BigInt(present.length) * 1000n - total < 3n
          const valued = cell.filter((own) => own.some((each) => each !== null)).length
          const isWithheld = valued < K || isDominated(perUnit(cell)) || isUnanimous
          expect(sum === null).toBe(isWithheld)
          expect(mean === null).toBe(isWithheld)
          if (sum === null || sum === undefined) continue
          expect(Math.abs(Number(sum) - Number(total) / 10)).toBeLessThanOrEqual(
            0.005 * (Number(total) / 10),
          )
        }
      }),
    )
  })

  it('gives the same bytes for any order of arrival', () => {
    fc.assert(
      fc.property(cells, fc.infiniteStream(fc.nat()), (input, ranks) => {
        const rows = input.map(([key, cell]) => aCell([key], cell))
        const shuffled = rows
          .map((row) => ({ row, rank: ranks.next().value }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ row }) => row)
        expect(answer(shuffled)).toEqual(answer(rows))
      }),
    )
  })
})
