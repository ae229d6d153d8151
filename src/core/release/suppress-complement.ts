/** Complementary suppression: what else must go, so that published totals do not give a withheld cell away. */

import { assert } from '../../model/assert.ts'
import { type Equation, feasibleRange } from './feasible-range.ts'

export interface TableCell {
  /** The amount that adds up along lines: rows, units, or a sum of magnitudes. Not negative. */
  readonly amount: bigint
  readonly units: bigint
  /** Whether the rules withhold it. */
  readonly isSensitive: boolean
}

/** Unknowns that hang together beyond this number are not solved for. */
const MAXIMUM_UNKNOWNS = 60

/** One published equation: the parts add up to the total. Numbers are positions of cells. */
export interface Line {
  readonly total: number
  readonly parts: readonly number[]
}

export interface Protection {
  readonly minimumUnits: bigint
  /** How wide the range that remains possible for a sensitive cell must be. */
  readonly widthOf: (cell: TableCell) => bigint
}

/**
 * Every cell that must be withheld. In each line they number at least two, rest on at least
 * `minimumUnits` together and are not all of one unit (two loners tell each other's values); and what totals leave
 * possible for a sensitive cell is as wide as demanded. Which cells are added is a heuristic, that they
 * suffice is checked.
 *
 * @see Hundepool et al., Statistical Disclosure Control (Wiley, 2012), section 4.4.
 */
export function suppressComplement(
  cells: readonly TableCell[],
  lines: readonly Line[],
  protection: Protection,
): ReadonlySet<number> {
  const withheld = new Set<number>()
  cells.forEach(({ isSensitive }, position) => {
    if (isSensitive) withheld.add(position)
  })
  for (;;) {
    const open = lines.find((line) => !isClosed(line, cells, withheld, protection.minimumUnits))
    const line = open ?? tooNarrow(cells, lines, withheld, protection)
    if (line === undefined) return withheld
    // Where there is too much to check, the total goes, which leaves nothing to solve for.
    const isCheckable = withheld.size <= MAXIMUM_UNKNOWNS || withheld.has(line.total)
    const next = isCheckable ? cheapest(line, cells, lines, withheld) : line.total
    assert(next !== undefined, 'a line with a withheld cell has another cell to withhold')
    withheld.add(next)
  }
}

/** Whether a line says nothing about its withheld cells, or there is nothing left in it to withhold. */
function isClosed(
  line: Line,
  cells: readonly TableCell[],
  withheld: ReadonlySet<number>,
  minimumUnits: bigint,
): boolean {
  const members = membersOf(line)
  const hidden = members.filter((member) => withheld.has(member))
  if (hidden.length === 0 || hidden.length === members.length) return true
  const units = hidden.map((member) => cells[member]?.units ?? 0n)
  const sum = units.reduce((all, each) => all + each, 0n)
  return hidden.length >= 2 && sum >= minimumUnits && units.some((each) => each > 1n)
}

/** A line of a sensitive cell whose value the published cells bound too closely. */
function tooNarrow(
  cells: readonly TableCell[],
  lines: readonly Line[],
  withheld: ReadonlySet<number>,
  { widthOf }: Protection,
): Line | undefined {
  const unknowns = [...withheld]
  const equations = lines
    .map((line) => equationOf(line, cells, unknowns))
    .filter(({ coefficients }) => coefficients.some((value) => value !== 0n))
  for (const [i, position] of unknowns.entries()) {
    const cell = cells[position]
    if (!cell?.isSensitive) continue
    const system = connectedTo(i, equations)
    // A line of its own that still shows something, or else one that bears on it through others.
    const bearing = new Set(system.unknown.map((index) => unknowns[index]))
    const telling = lines.filter((each) => membersOf(each).some((member) => !withheld.has(member)))
    const line =
      telling.find((each) => membersOf(each).includes(position)) ??
      telling.find((each) => membersOf(each).some((member) => bearing.has(member)))
    if (line === undefined || system.equations.length === 0) continue
    if (system.unknown.length > MAXIMUM_UNKNOWNS) return line
    const { low, high } = feasibleRange(system.equations, system.unknown.indexOf(i))
    if (high !== undefined && high - low < widthOf(cell)) return line
  }
  return undefined
}

/** The equations that bear on an unknown, however indirectly, over the unknowns that they hold. */
function connectedTo(
  start: number,
  equations: readonly Equation[],
): { readonly equations: readonly Equation[]; readonly unknown: readonly number[] } {
  const reached = new Set([start])
  let open = equations
  const taken: Equation[] = []
  for (;;) {
    const touched = open.filter(({ coefficients }) =>
      coefficients.some((value, i) => value !== 0n && reached.has(i)),
    )
    if (touched.length === 0) break
    open = open.filter((each) => !touched.includes(each))
    taken.push(...touched)
    for (const { coefficients } of touched) {
      coefficients.forEach((value, i) => {
        if (value !== 0n) reached.add(i)
      })
    }
  }
  const unknown = [...reached]
  return {
    unknown,
    equations: taken.map(({ coefficients, constant }) => ({
      coefficients: unknown.map((i) => coefficients[i] ?? 0n),
      constant,
    })),
  }
}

/** The line with published cells moved to the right-hand side. */
function equationOf(
  { total, parts }: Line,
  cells: readonly TableCell[],
  unknowns: readonly number[],
): Equation {
  const coefficients = unknowns.map((unknown) => {
    if (unknown === total) return -1n
    return parts.includes(unknown) ? 1n : 0n
  })
  const amountOf = (member: number): bigint =>
    unknowns.includes(member) ? 0n : (cells[member]?.amount ?? 0n)
  const published = parts.reduce((sum, part) => sum + amountOf(part), 0n)
  return { coefficients, constant: amountOf(total) - published }
}

/**
 * The next cell to withhold in a line: the one of fewest units, counting with it what its other lines would
 * take to close, so that rectangles are closed rather than opened. Cells without units, and the total, last.
 */
function cheapest(
  line: Line,
  cells: readonly TableCell[],
  lines: readonly Line[],
  withheld: ReadonlySet<number>,
): number | undefined {
  const unitsOf = (member: number): bigint => cells[member]?.units ?? 0n
  const costOf = (member: number): bigint =>
    lines
      .filter((other) => other !== line && membersOf(other).includes(member))
      .map(membersOf)
      .filter((members) => !members.some((each) => withheld.has(each)))
      .map((members) => members.filter((each) => each !== member && unitsOf(each) > 0n))
      .map((members) => members.map(unitsOf).toSorted(ascending)[0] ?? 0n)
      .reduce((sum, units) => sum + units, unitsOf(member))
  return membersOf(line)
    .filter((member) => !withheld.has(member))
    .map((member) => {
      const isLast = member === line.total || unitsOf(member) === 0n
      return { member, isLast: Number(isLast), cost: costOf(member) }
    })
    .toSorted((a, b) => a.isLast - b.isLast || ascending(a.cost, b.cost) || a.member - b.member)[0]
    ?.member
}

function membersOf({ total, parts }: Line): readonly number[] {
  return [total, ...parts]
}

function ascending(a: bigint, b: bigint): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
