/** The allow-list walk: every function call of a statement, wherever it stands, is a listed one. */

import { classOf, isAggregate } from './allowed-functions.ts'
import { refuse } from './refusal.ts'
import type { Expression, Query, Relation } from './syntax.ts'
import { childrenOf } from './tree-walk.ts'

/** Names in generated SQL start so; a statement must not use them. */
const RESERVED_PREFIX = '__'

export function admitQuery(query: Query): void {
  for (const table of query.commonTables) {
    admitName(table.name, table.at)
    admitQuery(table.query)
  }
  const { distinct, order, limit, offset } = query.modifiers
  const ordered = order.map(({ expression }) => expression)
  admitAll([...(typeof distinct === 'string' ? [] : distinct), ...ordered, limit, offset])
  if (query.kind === 'set') {
    admitQuery(query.left)
    admitQuery(query.right)
    return
  }
  for (const { alias, expression } of query.items) admitName(alias, expression.at)
  const keys = query.grouping.kind === 'by' ? query.grouping.expressions : []
  const items = query.items.map(({ expression }) => expression)
  admitAll([...items, query.where, ...keys, query.having, query.qualify])
  if (query.from !== undefined) admitRelation(query.from)
}

function admitRelation(relation: Relation): void {
  switch (relation.kind) {
    case 'table':
      admitName(relation.alias, relation.at)
      return
    case 'derived':
      admitName(relation.alias, relation.at)
      admitQuery(relation.query)
      return
    case 'values':
      admitAll(relation.rows.flat())
      return
    case 'join':
      admitRelation(relation.left)
      admitRelation(relation.right)
      admitAll([relation.condition])
  }
}

function admitAll(expressions: readonly (Expression | undefined)[]): void {
  for (const expression of expressions) {
    if (expression !== undefined) admitExpression(expression)
  }
}

function admitExpression(expression: Expression): void {
  if (expression.kind === 'call' || expression.kind === 'window') admitCall(expression)
  if (expression.kind === 'subquery') admitQuery(expression.query)
  admitAll(childrenOf(expression))
}

function admitCall(expression: Extract<Expression, { kind: 'call' | 'window' }>): void {
  const found = classOf(expression.name)
  const fits =
    expression.kind === 'window'
      ? found === 'window' || isAggregate(expression.name)
      : found !== undefined && found !== 'window'
  if (fits || isSubscript(expression.name)) return
  refuse(
    'function-not-allowed',
    expression.at,
    `The function ${expression.name} is not on the allow-list.`,
    `函数 ${expression.name} 不在允许清单内。`,
  )
}

function isSubscript(name: string): boolean {
  return name === '[]' || name === '[:]'
}

function admitName(name: string, at: number): void {
  if (!name.startsWith(RESERVED_PREFIX)) return
  refuse(
    'sql-unsupported',
    at,
    `Names that start with ${RESERVED_PREFIX} are reserved.`,
    `以 ${RESERVED_PREFIX} 开头的名称为系统保留。`,
  )
}
