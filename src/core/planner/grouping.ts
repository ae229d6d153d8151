/** Tells queries that aggregate from those that do not. */

import { isAggregate } from './allowed-functions.ts'
import type { Expression, Select } from './syntax.ts'
import { findNode } from './tree-walk.ts'

export function isGrouped(query: Select): boolean {
  if (query.grouping.kind !== 'none' || query.having !== undefined) return true
  if (query.modifiers.distinct !== 'no') return true
  const shown = query.items.map(({ expression }) => expression)
  const ordered = query.modifiers.order.map(({ expression }) => expression)
  const all = [...shown, ...ordered, ...(query.qualify === undefined ? [] : [query.qualify])]
  const isCall = (node: Expression) => node.kind === 'call' && isAggregate(node.name)
  return all.some((expression) => findNode(expression, isCall) !== undefined)
}
