/** The columns of one measure, from a row's lattice values to the cell; see `model/plan.ts`. */

import {
  call,
  cast,
  compare,
  integerLiteral,
  isNull,
  item,
  logic,
  NULL_LITERAL,
  name,
  when,
} from './build.ts'
import { harden } from './harden.ts'
import { latticeRange, latticeValue } from './lattice.ts'
import { type MeasureDraft, type Variable, variablesOf } from './release-draft.ts'
import type { SourceRegistry } from './rows.ts'
import { HUGEINT } from './sql-type.ts'
import type { Expression, SelectItem } from './syntax.ts'

/**
 * Contributions beyond this would let sums of squares leave 128 bits (with up to 2^34 units). A
 * cell that has one reports `SATURATED` instead, which no dominance certificate passes.
 */
const LARGEST_SQUARED = 2n ** 46n
const SATURATED = 2n ** 126n

const ZERO = integerLiteral(0n)
const ONE = integerLiteral(1n)

/** A sum over rows that moments need: of the product of two variables, perhaps the same twice. */
interface Product {
  readonly column: string
  readonly left: string
  readonly right: string
  readonly lower: bigint
  readonly upper: bigint
}

/** The value columns of a measure: one for each variable. */
function columnsOf(measure: MeasureDraft): readonly string[] {
  const variables = variablesOf(measure)
  if (variables.length < 2) return [measure.column]
  return variables.map((_, index) => `${measure.column}_${index + 1}`)
}

/** Per row: the lattice value of each variable, NULL unless all of them have one. */
export function valueItems(measure: MeasureDraft, registry: SourceRegistry): readonly SelectItem[] {
  if (measure.kind === 'units') return []
  if (measure.kind === 'rows') {
    if (measure.argument === undefined) return []
    const argument = harden(measure.argument, registry)
    return [item(when(isNull(argument), NULL_LITERAL, ONE), measure.column)]
  }
  const values = variablesOf(measure).map(({ argument, type, bounds }) =>
    latticeValue(harden(argument, registry), type, bounds),
  )
  const columns = columnsOf(measure)
  return values.map((value, index) => {
    const missing = values.filter((other) => other !== value).map(isNull)
    const paired = missing.length === 0 ? value : when(logic('OR', missing), NULL_LITERAL, value)
    return item(paired, columns[index] ?? measure.column)
  })
}

/** Per unit and group: rows with a value, and the sums over them. */
export function contributionItems(measure: MeasureDraft): readonly SelectItem[] {
  const [first = measure.column] = columnsOf(measure)
  const value = (column: string) => name('base', column)
  if (measure.kind === 'rows' && measure.argument === undefined) {
    return [item(call('count_star'), `${measure.column}_n`)]
  }
  const rows = item(call('count', value(first)), `${measure.column}_n`)
  if (measure.kind === 'rows') return [rows]
  const sum = (operand: Expression) => call('coalesce', call('sum', operand), cast(ZERO, HUGEINT))
  return [
    rows,
    ...columnsOf(measure).map((column) => item(sum(value(column)), `${column}_s`)),
    ...productsOf(measure).map(({ column, left, right }) =>
      item(sum(call('*', cast(value(left), HUGEINT), cast(value(right), HUGEINT))), column),
    ),
  ]
}

/** The same, bounded: a unit with n rows stays within n times the row bounds, n up to the limit. */
export function boundedItems(measure: MeasureDraft, limit: Expression): readonly SelectItem[] {
  const own = (column: string) => name('contribution', column)
  const rows = call('least', own(`${measure.column}_n`), limit)
  const counted = item(rows, `${measure.column}_n`)
  if (measure.kind === 'rows') return [counted]
  const clamped = (column: string, lower: bigint, upper: bigint) => {
    const bound = (value: bigint) =>
      call('*', cast(rows, HUGEINT), cast(integerLiteral(value), HUGEINT))
    return item(call('least', call('greatest', own(column), bound(lower)), bound(upper)), column)
  }
  const columns = columnsOf(measure)
  return [
    counted,
    ...variablesOf(measure).map(({ bounds }, index) => {
      const { lower, upper } = latticeRange(bounds)
      return clamped(`${columns[index] ?? ''}_s`, lower, upper)
    }),
    ...productsOf(measure).map(({ column, lower, upper }) => clamped(column, lower, upper)),
  ]
}

/** Per cell: units and rows with a value, then what the rules need to know of each variable. */
export function cellItems(source: string, measure: MeasureDraft): readonly SelectItem[] {
  const rows = name(source, `${measure.column}_n`)
  const withValue = when(compare('>', rows, ZERO), name(source, 'u'), NULL_LITERAL)
  const counted = cast(rows, HUGEINT)
  const variables =
    measure.kind === 'rows'
      ? variableItems(measure.column, counted, counted)
      : columnsOf(measure).flatMap((column) => {
          const value = name(source, `${column}_s`)
          return variableItems(column, value, call('abs', value))
        })
  return [
    item(cast(call('count', withValue), HUGEINT), `${measure.column}_u`),
    item(total(rows), `${measure.column}_n`),
    ...variables,
    ...productsOf(measure).map(({ column }) => item(total(name(source, column)), column)),
  ]
}

function variableItems(column: string, value: Expression, size: Expression): readonly SelectItem[] {
  return [
    item(total(value), `${column}_s`),
    item(squares(size), `${column}_q`),
    item(total(size), `${column}_a`),
    item(ranked(size, 1n), `${column}_t1`),
    item(ranked(size, 2n), `${column}_t2`),
  ]
}

/** The square of each variable, then the product of two; none but for moments. */
function productsOf(measure: MeasureDraft): readonly Product[] {
  if (measure.kind !== 'moments') return []
  const columns = columnsOf(measure)
  const squared = measure.variables.map((variable, index) => {
    const own = columns[index] ?? ''
    return { column: `${own}_ss`, left: own, right: own, ...productRange(variable, variable) }
  })
  const [first, second] = measure.variables
  if (first === undefined || second === undefined) return squared
  const [left = '', right = ''] = columns
  const product = { column: `${measure.column}_p`, left, right, ...productRange(first, second) }
  return [...squared, product]
}

/** What a product of two lattice values can be; a square is never negative. */
function productRange(a: Variable, b: Variable): Pick<Product, 'lower' | 'upper'> {
  const [left, right] = [latticeRange(a.bounds), latticeRange(b.bounds)]
  const ends = [left.lower, left.upper].flatMap((x) => [x * right.lower, x * right.upper])
  const [lower = 0n, , , upper = 0n] = ends.toSorted((one, other) => (one < other ? -1 : 1))
  return a === b ? { lower: lower < 0n ? 0n : lower, upper } : { lower, upper }
}

/** A sum over contributions; zero where there are none. */
export function total(value: Expression): Expression {
  return cast(call('coalesce', call('sum', value), ZERO), HUGEINT)
}

function squares(size: Expression): Expression {
  const limit = cast(integerLiteral(LARGEST_SQUARED), HUGEINT)
  const capped = call('least', size, limit)
  const isTooLarge = compare('>', call('max', size), limit)
  return when(isTooLarge, integerLiteral(SATURATED), total(call('*', capped, capped)))
}

/** The largest, or the second largest, contribution of one unit. */
function ranked(size: Expression, rank: bigint): Expression {
  const largest = call('[]', call('max', size, integerLiteral(2n)), integerLiteral(rank))
  return cast(call('coalesce', largest, ZERO), HUGEINT)
}
