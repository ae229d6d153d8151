/**
 * Goal: no unit moves a noised number further than the noise was sized for (T11).
 * Method: random data are bounded as a plan demands and aggregated; then any one unit is removed. The
 * numbers that `releaseWithNoise` would noise are compared before and after, against `planNoise`.
 */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { planNoise } from '../../src/core/release/noise-plan.ts'
import type { Measure } from '../../src/model/plan.ts'
import { aNode, PEOPLE, ROWS } from '../support/release-builders.ts'

const GROUPS = 2
const ROW_LIMIT = 3

/** Raw rows of one unit: group and value, before any bounding. */
const unit = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.option(fc.integer({ min: -99, max: 99 }))), {
  maxLength: 20,
})
const clamp = fc
  .tuple(fc.integer({ min: -30, max: 30 }), fc.nat({ max: 40 }))
  .map(([lower, width]) => ({ lower, upper: lower + width }))

interface Row {
  readonly group: number
  readonly value: number | null
}

/** At most `GROUPS` groups and `ROW_LIMIT` rows in each, chosen by the unit's own data alone. */
function bounded(rows: readonly (readonly [number, number | null])[]): readonly Row[] {
  const groups = [...new Set(rows.map(([group]) => group))].slice(0, GROUPS)
  return groups.flatMap((group) =>
    rows
      .filter(([of]) => of === group)
      .slice(0, ROW_LIMIT)
      .map(([, value]) => ({ group, value })),
  )
}

/** The numbers that get noise, by group: units, rows, sum, doubled distance from the middle, rows with a value. */
function numbersOf(
  units: readonly (readonly Row[])[],
  { lower, upper }: { lower: number; upper: number },
): ReadonlyMap<number, readonly number[]> {
  const cells = new Map<number, number[]>()
  for (const rows of units) {
    for (const group of new Set(rows.map((row) => row.group))) {
      const own = rows.filter((row) => row.group === group)
      const values = own
        .map(({ value }) => value)
        .filter((value) => value !== null)
        .map((value) => Math.min(Math.max(value, lower), upper))
      const sum = values.reduce((total, value) => total + value, 0)
      const moved = [1, own.length, sum, 2 * sum - (lower + upper) * values.length, values.length]
      const cell = cells.get(group) ?? [0, 0, 0, 0, 0]
      cells.set(
        group,
        cell.map((value, i) => value + (moved[i] ?? 0)),
      )
    }
  }
  return cells
}

it('removing a unit changes at most L0 groups, and each number by at most C', () => {
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 6 }), clamp, (raw, range) => {
      const bounds = { lower: `${range.lower}`, upper: `${range.upper}`, step: '1' }
      const value = { source: 'x', bounds }
      const measures: Measure[] = [
        PEOPLE,
        ROWS,
        { ...value, column: 'm2', kind: 'sum' },
        { ...value, column: 'm3', kind: 'mean' },
      ]
      const node = aNode({
        measures,
        bounds: { maximumGroups: GROUPS, maximumRows: ROW_LIMIT },
      })
      const plan = planNoise(node, 10n ** 10n)
      const limits = [plan.units, ...plan.measures.flat()].map((draw) => draw?.contribution ?? 0n)

      const units = raw.map(bounded)
      const before = numbersOf(units, range)
      units.forEach((_, removed) => {
        const after = numbersOf(units.toSpliced(removed, 1), range)
        const changes = [...before].map(([group, numbers]) =>
          numbers.map((number, i) => Math.abs(number - (after.get(group)?.[i] ?? 0))),
        )
        const changed = changes.filter((change) => change.some((size) => size > 0))
        expect(changed.length).toBeLessThanOrEqual(Number(plan.groups))
        for (const change of changed) {
          change.forEach((size, i) => {
            expect(size).toBeLessThanOrEqual(Number(limits[i]))
          })
        }
      })
    }),
  )
})
