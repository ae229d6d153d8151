/**
 * The SQL that runs next to the data: rows, then one contribution per unit and group, then cells.
 * Every operator in it is total; its columns are those that `model/plan.ts` lays down.
 */

import type { UnitName } from '../../model/data-product.ts'
import type { ContributionBounds } from '../../model/plan.ts'
import {
  allOf,
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
  not,
  select,
  table,
  textLiteral,
  typedLiteralOf,
  when,
} from './build.ts'
import { canonicalAliases } from './canonical-aliases.ts'
import { boundedItems, cellItems, contributionItems, total, valueItems } from './cell-measures.ts'
import { harden } from './harden.ts'
import { NOWHERE } from './refusal.ts'
import { type MeasureDraft, type NodeDraft, nodeSelect, sortConditions } from './release-draft.ts'
import type { SourceRegistry } from './rows.ts'
import { DOUBLE, HUGEINT, VARCHAR } from './sql-type.ts'
import type { CommonTable, Expression, Select } from './syntax.ts'

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

/**
 * One row per row: its unit, its keys, its lattice values. An outer join leaves rows without a unit
 * that only its right side holds; they belong to nobody there.
 */
function baseRows(node: NodeDraft, unit: UnitName, registry: SourceRegistry): Select {
  const rows = nodeSelect(node)
  const place = node.rows.units.findIndex((each) => each.unit === unit)
  const unitColumn = node.rows.units[place]?.column ?? NULL_LITERAL
  const values = node.measures.flatMap((measure) => valueItems(measure, registry))
  const own = rows.where === undefined ? [] : [harden(rows.where, registry)]
  const others = place > 0 ? [not(isNull(unitColumn))] : []
  const keys = node.keys.map(({ expression, type }, index) => {
    const key = harden(expression, registry)
    return item(type.name === 'DOUBLE' ? withoutMinusZero(key) : key, `k${index}`)
  })
  const items = [item(unitColumn, 'u'), ...keys, ...values]
  return sortConditions(canonicalAliases({ ...rows, items, where: allOf([...own, ...others]) }))
}

/** Minus zero and zero are one group; which of them is shown must not depend on chance. */
function withoutMinusZero(key: Expression): Expression {
  return call('+', key, typedLiteralOf(DOUBLE, '0'))
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

/** Bounds what each unit contributes: at most so many groups, at most so many rows in each. */
function boundedTables(
  keys: readonly string[],
  measures: readonly MeasureDraft[],
  { maximumGroups, maximumRows }: ContributionBounds,
): readonly CommonTable[] {
  if (maximumGroups === undefined || maximumRows === undefined) return []
  const column = (columnName: string) => name('contribution', columnName)
  const limit = integerLiteral(BigInt(maximumRows))
  const query = select({
    items: [
      ...['u', ...keys].map((key) => item(column(key), key)),
      item(call('least', column('r'), limit), 'r'),
      ...measures.flatMap((measure) => boundedItems(measure, limit)),
    ],
    from: table('contribution', 'contribution'),
    qualify:
      keys.length === 0
        ? undefined
        : compare('<=', groupOrdinal(keys), integerLiteral(BigInt(maximumGroups))),
  })
  return [commonTable('bounded', query)]
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
