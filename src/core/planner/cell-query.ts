/**
 * The SQL that runs next to the data: rows, then one contribution per unit and group, then cells.
 * Every operator in it is total; its columns are those that `model/plan.ts` lays down.
 */

import type { UnitName } from '../../model/data-product.ts'
import type { ContributionBounds } from '../../model/plan.ts'
import {
  ascending,
  call,
  cast,
  compare,
  integerLiteral,
  isNull,
  item,
  NO_MODIFIERS,
  NULL_LITERAL,
  name,
  select,
  table,
  textLiteral,
  typedLiteralOf,
  when,
} from './build.ts'
import { canonicalAliases } from './canonical-aliases.ts'
import { harden } from './harden.ts'
import { latticeRange, latticeValue } from './lattice.ts'
import { NOWHERE } from './refusal.ts'
import { type MeasureDraft, type NodeDraft, nodeSelect, sortConditions } from './release-draft.ts'
import type { SourceRegistry } from './rows.ts'
import { DOUBLE, HUGEINT, VARCHAR } from './sql-type.ts'
import type { CommonTable, Expression, Select, SelectItem } from './syntax.ts'

/**
 * Contributions beyond this would let sums of squares leave 128 bits (with up to 2^34 units). A
 * cell that has one reports `SATURATED` instead, which no dominance certificate passes.
 */
const LARGEST_SQUARED = 2n ** 46n
const SATURATED = 2n ** 126n

const ZERO = integerLiteral(0n)

export function cellQuery(
  node: NodeDraft,
  unit: UnitName,
  bounds: ContributionBounds,
  registry: SourceRegistry,
): Select {
  const keys = node.keys.map((_, index) => `k${index}`)
  const summed = node.measures.filter(({ kind }) => kind !== 'units')
  const tables = [
    commonTable('base', baseRows(node, unit, registry)),
    commonTable('contribution', contributions(keys, summed)),
    ...boundedTables(keys, summed, bounds),
  ]
  const last = tables.at(-1)?.name ?? 'contribution'
  return select({
    commonTables: tables,
    items: [
      ...keys.map((key) => item(name(last, key), key)),
      item(cast(call('count', name(last, 'u')), HUGEINT), 'units'),
      item(total(name(last, 'r')), 'rows'),
      ...summed.flatMap((measure) => cellItems(last, measure)),
    ],
    from: table(last, last),
    grouping: groupedBy(keys.map((key) => name(last, key))),
    modifiers: { ...NO_MODIFIERS, order: keys.map((key) => ascending(name(last, key))) },
  })
}

function commonTable(tableName: string, query: Select): CommonTable {
  return { name: tableName, at: NOWHERE, columnNames: [], query }
}

function groupedBy(expressions: readonly Expression[]): Select['grouping'] {
  if (expressions.length === 0) return { kind: 'none' }
  return { kind: 'by', expressions, sets: [expressions.map((_, index) => index)] }
}

/** One row per row: its unit, its keys, its lattice values. */
function baseRows(node: NodeDraft, unit: UnitName, registry: SourceRegistry): Select {
  const rows = nodeSelect(node)
  const unitColumn = node.rows.units.find((each) => each.unit === unit)?.column ?? NULL_LITERAL
  const values = node.measures.flatMap((measure) => valueItems(measure, registry))
  const conditions = rows.where === undefined ? undefined : harden(rows.where, registry)
  const keys = node.keys.map(({ expression, type }, index) => {
    const key = harden(expression, registry)
    return item(type.name === 'DOUBLE' ? withoutMinusZero(key) : key, `k${index}`)
  })
  const items = [item(unitColumn, 'u'), ...keys, ...values]
  return sortConditions(canonicalAliases({ ...rows, items, where: conditions }))
}

/** Minus zero and zero are one group; which of them is shown must not depend on chance. */
function withoutMinusZero(key: Expression): Expression {
  return call('+', key, typedLiteralOf(DOUBLE, '0'))
}

function valueItems(measure: MeasureDraft, registry: SourceRegistry): readonly SelectItem[] {
  switch (measure.kind) {
    case 'units':
      return []
    case 'rows': {
      if (measure.argument === undefined) return []
      const argument = harden(measure.argument, registry)
      return [item(when(isNull(argument), NULL_LITERAL, integerLiteral(1n)), measure.column)]
    }
    case 'sum':
    case 'mean': {
      const value = latticeValue(harden(measure.argument, registry), measure.type, measure.bounds)
      return [item(value, measure.column)]
    }
  }
}

/** One row per unit and group. */
function contributions(keys: readonly string[], measures: readonly MeasureDraft[]): Select {
  const columns = ['u', ...keys]
  return select({
    items: [
      ...columns.map((column) => item(name('base', column), column)),
      item(call('count_star'), 'r'),
      ...measures.flatMap((measure) => contributionItems(measure)),
    ],
    from: table('base', 'base'),
    grouping: groupedBy(columns.map((column) => name('base', column))),
  })
}

function contributionItems(measure: MeasureDraft): readonly SelectItem[] {
  const { column } = measure
  const value = name('base', column)
  if (measure.kind === 'rows') {
    const rows = measure.argument === undefined ? call('count_star') : call('count', value)
    return [item(rows, `${column}_n`)]
  }
  return [
    item(call('count', value), `${column}_n`),
    item(call('coalesce', call('sum', value), cast(ZERO, HUGEINT)), `${column}_s`),
  ]
}

/** Bounds what each unit contributes: at most so many groups, at most so many rows in each. */
function boundedTables(
  keys: readonly string[],
  measures: readonly MeasureDraft[],
  { maximumGroups, maximumRows }: ContributionBounds,
): readonly CommonTable[] {
  if (maximumGroups === undefined || maximumRows === undefined) return []
  const column = (columnName: string) => name('contribution', columnName)
  const limit = integerLiteral(BigInt(maximumRows))
  const capped = (columnName: string) => item(call('least', column(columnName), limit), columnName)
  const query = select({
    items: [
      ...['u', ...keys].map((key) => item(column(key), key)),
      capped('r'),
      ...measures.flatMap((measure) => [
        capped(`${measure.column}_n`),
        ...(measure.kind === 'rows' ? [] : [clampedSum(measure, limit)]),
      ]),
    ],
    from: table('contribution', 'contribution'),
    qualify:
      keys.length === 0
        ? undefined
        : compare('<=', groupOrdinal(keys), integerLiteral(BigInt(maximumGroups))),
  })
  return [commonTable('bounded', query)]
}

/** A unit with n rows stays within n times the row bounds, n counted up to the row limit. */
function clampedSum(measure: MeasureDraft, limit: Expression): SelectItem {
  const sum = name('contribution', `${measure.column}_s`)
  if (measure.kind !== 'sum' && measure.kind !== 'mean') return item(sum, `${measure.column}_s`)
  const { lower, upper } = latticeRange(measure.bounds)
  const rows = call('least', name('contribution', `${measure.column}_n`), limit)
  const bound = (value: bigint) =>
    call('*', cast(rows, HUGEINT), cast(integerLiteral(value), HUGEINT))
  const clamped = call('least', call('greatest', sum, bound(lower)), bound(upper))
  return item(clamped, `${measure.column}_s`)
}

/** Which groups of a unit are kept depends on the salt and on that unit's own groups alone. */
function groupOrdinal(keys: readonly string[]): Expression {
  const own = (columnName: string) => name('contribution', columnName)
  const parts = [own('u'), ...keys.map(own)].map(keyText)
  const seed: Expression = { kind: 'parameter', at: NOWHERE, name: 'salt' }
  const material = parts.reduce<Expression>((text, part) => call('||', text, part), seed)
  const order = [call('sha256', material), ...keys.map(own)].map(ascending)
  return {
    kind: 'window',
    at: NOWHERE,
    name: 'row_number',
    operands: [],
    partitions: [own('u')],
    order,
    frame: {
      start: 'UNBOUNDED_PRECEDING',
      end: 'CURRENT_ROW_RANGE',
      startOffset: undefined,
      endOffset: undefined,
    },
    distinct: false,
    ignoresNulls: false,
    filter: undefined,
  }
}

/** A key as text that no other list of keys yields: its length, then its characters. */
function keyText(key: Expression): Expression {
  const text = cast(key, VARCHAR)
  const sized = call('||', call('||', cast(call('length', text), VARCHAR), textLiteral(':')), text)
  return when(isNull(key), textLiteral('|'), call('||', textLiteral('|'), sized))
}

function cellItems(source: string, measure: MeasureDraft): readonly SelectItem[] {
  const { column } = measure
  const rows = name(source, `${column}_n`)
  const isCount = measure.kind === 'rows'
  const value = isCount ? cast(rows, HUGEINT) : name(source, `${column}_s`)
  const size = isCount ? value : call('abs', value)
  return [
    item(total(rows), `${column}_n`),
    item(total(value), `${column}_s`),
    item(squares(size), `${column}_q`),
    item(total(size), `${column}_a`),
    item(ranked(size, 1n), `${column}_t1`),
    item(ranked(size, 2n), `${column}_t2`),
  ]
}

function total(value: Expression): Expression {
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
