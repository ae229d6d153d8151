/** Writes whole queries; see `print-expression.ts` for the promises. */

import { assert } from '../../../model/assert.ts'
import type { CommonTable, Grouping, Modifiers, Query, Relation, Select } from '../syntax.ts'
import { printExpression, printOrder, quoteName } from './print-expression.ts'

export function printQuery(query: Query): string {
  if (query.kind === 'select') return printSelect(query)
  const operator = query.operator === 'UNION BY NAME' ? 'UNION' : query.operator
  const suffix = query.operator === 'UNION BY NAME' ? ' BY NAME' : ''
  return [
    ...printCommonTables(query.commonTables),
    `(${printQuery(query.left)})`,
    `${operator}${query.all ? ' ALL' : ''}${suffix}`,
    `(${printQuery(query.right)})`,
    ...printModifiers(query.modifiers),
  ].join('\n')
}

function printSelect(select: Select): string {
  const { distinct } = select.modifiers
  assert(distinct === 'no' || distinct === 'all', 'DISTINCT ON is never generated')
  const items = select.items.map(({ expression, alias }) => {
    const text = print(expression)
    return alias === '' ? text : `${text} AS ${quoteName(alias)}`
  })
  return [
    ...printCommonTables(select.commonTables),
    `SELECT${distinct === 'all' ? ' DISTINCT' : ''} ${items.join(', ')}`,
    ...clause('FROM', select.from, printRelation),
    ...clause('WHERE', select.where, print),
    ...printGrouping(select.grouping),
    ...clause('HAVING', select.having, print),
    ...clause('QUALIFY', select.qualify, print),
    ...printModifiers(select.modifiers),
  ].join('\n')
}

function print(expression: Parameters<typeof printExpression>[0]): string {
  return printExpression(expression, printQuery)
}

function clause<T>(word: string, part: T | undefined, printPart: (part: T) => string): string[] {
  return part === undefined ? [] : [`${word} ${printPart(part)}`]
}

function printCommonTables(tables: readonly CommonTable[]): readonly string[] {
  if (tables.length === 0) return []
  const texts = tables.map(({ name, query }) => `${quoteName(name)} AS (\n${printQuery(query)}\n)`)
  return [`WITH ${texts.join(',\n')}`]
}

function printGrouping(grouping: Grouping): readonly string[] {
  if (grouping.kind === 'none') return []
  if (grouping.kind === 'all') return ['GROUP BY ALL']
  const expressions = grouping.expressions.map(print)
  const [only, ...others] = grouping.sets
  if (only !== undefined && others.length === 0) return [`GROUP BY ${expressions.join(', ')}`]
  const sets = grouping.sets.map(
    (set) => `(${set.map((index) => expressions[index] ?? '').join(', ')})`,
  )
  return [`GROUP BY GROUPING SETS (${sets.join(', ')})`]
}

function printModifiers({ order, limit, offset }: Modifiers): readonly string[] {
  return [
    ...(order.length === 0 ? [] : [`ORDER BY ${printOrder(order, printQuery)}`]),
    ...clause('LIMIT', limit, print),
    ...clause('OFFSET', offset, print),
  ]
}

function printRelation(relation: Relation): string {
  switch (relation.kind) {
    case 'table': {
      const schema = relation.schema === '' ? '' : `${quoteName(relation.schema)}.`
      return `${schema}${quoteName(relation.name)}${printAlias(relation.alias, relation.columnNames)}`
    }
    case 'derived':
      return `(\n${printQuery(relation.query)}\n)${printAlias(relation.alias, relation.columnNames)}`
    case 'values': {
      const rows = relation.rows.map((row) => `(${row.map(print).join(', ')})`)
      return `(VALUES ${rows.join(', ')})${printAlias(relation.alias, relation.columnNames)}`
    }
    case 'join': {
      const left = printRelation(relation.left)
      const inner = printRelation(relation.right)
      const right = relation.right.kind === 'join' ? `(${inner})` : inner
      if (relation.form === 'cross') return `${left}\nCROSS JOIN ${right}`
      assert(relation.condition !== undefined, 'generated joins state their condition')
      return `${left}\n${relation.type} JOIN ${right} ON ${print(relation.condition)}`
    }
  }
}

function printAlias(alias: string, columnNames: readonly string[]): string {
  if (alias === '') return ''
  const columns = columnNames.length === 0 ? '' : `(${columnNames.map(quoteName).join(', ')})`
  return ` AS ${quoteName(alias)}${columns}`
}
