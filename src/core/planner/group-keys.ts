/** Group keys: which they are, what they may be, and where their values are public. */

import { isAggregate } from './allowed-functions.ts'
import type { PlanContext } from './context.ts'
import type { Environment } from './from-clause.ts'
import { displayText } from './output-names.ts'
import { checkNarrow } from './predicates.ts'
import { refuse } from './refusal.ts'
import type { KeyDraft } from './release-draft.ts'
import type { RowResolver } from './resolve-row.ts'
import type { Rows } from './rows.ts'
import { findName, fold } from './scope.ts'
import type { Expression, Literal, Select, SelectItem } from './syntax.ts'
import { findNode, namesIn, textOf } from './tree-walk.ts'
import { typeOf } from './types-of.ts'
import { requireKeyUse } from './uses.ts'

/** More dimensions than any table people read has. */
const MAX_KEYS = 8

export interface KeyContext {
  readonly query: Select
  readonly items: readonly SelectItem[]
  readonly rows: Rows
  readonly resolver: RowResolver
  readonly context: PlanContext
  readonly environment: Environment
}

export function groupKeys(keyContext: KeyContext): readonly KeyDraft[] {
  const keys = new Map<string, KeyDraft>()
  for (const expression of keyExpressions(keyContext)) {
    const key = admitKey(expression, keyContext)
    if (key !== undefined) keys.set(textOf(key.expression), key)
  }
  if (keys.size > MAX_KEYS) {
    refuse(
      'sql-too-complex',
      keyContext.query.at,
      `A query may have ${MAX_KEYS} group keys.`,
      `分组键不得多于 ${MAX_KEYS} 个。`,
    )
  }
  return [...keys.values()]
}

/** The grouping sets as lists of keys, when there are several. */
export function groupingSets(
  { query, items, rows, resolver }: KeyContext,
  keys: readonly KeyDraft[],
): readonly (readonly number[])[] {
  const { grouping } = query
  if (grouping.kind !== 'by' || grouping.sets.length < 2) return []
  const places = grouping.expressions.map((expression) => {
    const text = textOf(resolver.resolve(meantBy(expression, items, rows)))
    return keys.findIndex((key) => textOf(key.expression) === text)
  })
  return grouping.sets.map((set) =>
    set.flatMap((index) => ((places[index] ?? -1) < 0 ? [] : [places[index] ?? 0])),
  )
}

/** The group keys as rows compute them, before any question of what may be shown. */
export function resolvedKeys(keyContext: KeyContext): readonly Expression[] {
  const keys = new Map<string, Expression>()
  for (const expression of keyExpressions(keyContext)) {
    const resolved = keyContext.resolver.resolve(expression)
    if (namesIn(resolved).length > 0) keys.set(textOf(resolved), resolved)
  }
  return [...keys.values()]
}

function keyExpressions({ query, items, rows }: KeyContext): readonly Expression[] {
  const { grouping } = query
  const isDistinct = query.modifiers.distinct !== 'no'
  if (grouping.kind === 'none' && (!isDistinct || items.some(hasAggregate))) return []
  if (grouping.kind !== 'by') {
    return items.map(({ expression }) => expression).filter((each) => !isAggregated(each))
  }
  return grouping.expressions.map((expression) => meantBy(expression, items, rows))
}

/** Aggregates and windows make an item a result rather than a key; so does a constant. */
function isAggregated(expression: Expression): boolean {
  const isResult = (node: Expression) =>
    node.kind === 'window' || (node.kind === 'call' && isAggregate(node.name))
  return findNode(expression, isResult) !== undefined || namesIn(expression).length === 0
}

function hasAggregate({ expression }: SelectItem): boolean {
  return (
    findNode(expression, (node) => node.kind === 'call' && isAggregate(node.name)) !== undefined
  )
}

/** GROUP BY may name a select item by its number, or by an alias that no column has. */
function meantBy(expression: Expression, items: readonly SelectItem[], rows: Rows): Expression {
  if (expression.kind === 'literal') return numbered(expression, items)
  if (expression.kind !== 'name' || expression.path.length > 1) return expression
  if (findName(expression, rows.scope) !== undefined) return expression
  const [wanted = ''] = expression.path
  return (
    items.find(({ alias }) => alias !== '' && fold(alias) === fold(wanted))?.expression ??
    expression
  )
}

export function numbered(literal: Literal, items: readonly SelectItem[]): Expression {
  const item = /^[1-9]\d{0,3}$/.test(literal.text) ? items[Number(literal.text) - 1] : undefined
  if (item !== undefined && literal.type.name === 'INTEGER') return item.expression
  return refuse(
    'sql-unsupported',
    literal.at,
    'There is no output column with this number.',
    '没有该序号的输出列。',
  )
}

function admitKey(expression: Expression, keyContext: KeyContext): KeyDraft | undefined {
  const { resolver, context } = keyContext
  const resolved = resolver.resolve(expression)
  if (namesIn(resolved).length === 0) return undefined
  requireKeyUse(resolved, context)
  if (context.mode === 'threshold') checkNarrowKey(resolved, context)
  const type = typeOf(resolved, context.registry)
  return {
    expression: resolved,
    source: displayText(expression),
    type,
    domain: publicDomain(resolved, context),
  }
}

/** Narrow keys: no computed truth values, and CASE bands whose tests each look at one column. */
function checkNarrowKey(key: Expression, context: PlanContext): void {
  if (key.kind !== 'name' && typeOf(key, context.registry).name === 'BOOLEAN') {
    refuse(
      'mode-not-supported',
      key.at,
      'Under this agreement a condition may not be a group key; use bands of a column.',
      '本协议下不得以条件作为分组键，请使用字段分段。',
    )
  }
  findNode(key, (node) => {
    if (node.kind === 'case') for (const { when } of node.branches) checkNarrow(when, context)
    return false
  })
}

/** Values a key may take, where that list does not depend on data: code lists and CASE bands. */
function publicDomain(key: Expression, context: PlanContext): readonly string[] | undefined {
  if (key.kind === 'name') {
    const facts = context.registry.find(key.path)
    return facts?.nullable === false ? facts.domain : undefined
  }
  if (key.kind !== 'case') return undefined
  const values = [...key.branches.map(({ value }) => value), key.otherwise]
  const texts = values.flatMap((value) =>
    value.kind === 'literal' && value.type.name === 'VARCHAR' ? [value.text] : [],
  )
  return texts.length === values.length ? [...new Set(texts)] : undefined
}
