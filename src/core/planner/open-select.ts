/** Queries over released values: names are resolved, everything else runs as written. */

import { allOf, item, select } from './build.ts'
import type { Environment, PlannedQuery } from './from-clause.ts'
import { numbered } from './group-keys.ts'
import { finishModifiers } from './modifiers.ts'
import { outputName } from './output-names.ts'
import { refuse } from './refusal.ts'
import type { Open, Scope } from './rows.ts'
import { findName, fold, refuseUnknown } from './scope.ts'
import { expandItems } from './select-items.ts'
import type { Expression, Grouping, Name, Select, SelectItem } from './syntax.ts'
import { mapChildren } from './tree-walk.ts'

export function planOpen(query: Select, source: Open, _environment: Environment): PlannedQuery {
  const items = expandItems(query.items, source.scope)
  const resolver = new OpenResolver(source.scope, items)
  const rewrite = (expression: Expression) => resolver.rewrite(expression)
  const where = query.where === undefined ? [] : [rewrite(query.where)]
  return {
    kind: 'open',
    query: select({
      items: items.map((each, index) => item(rewrite(each.expression), `c${index}`)),
      from: source.from,
      where: allOf([...source.filters, ...where]),
      grouping: rewriteGrouping(query.grouping, items, rewrite),
      having: query.having === undefined ? undefined : rewrite(query.having),
      qualify: query.qualify === undefined ? undefined : rewrite(query.qualify),
      modifiers: finishModifiers(query.modifiers, items, (each) => resolver.rewriteOrder(each)),
    }),
    columns: items.map((each, index) => ({ name: outputName(each), alias: `c${index}` })),
  }
}

function rewriteGrouping(
  grouping: Grouping,
  items: readonly SelectItem[],
  rewrite: (expression: Expression) => Expression,
): Grouping {
  if (grouping.kind !== 'by') return grouping
  const expressions = grouping.expressions.map((each) =>
    rewrite(each.kind === 'literal' ? numbered(each, items) : each),
  )
  return { ...grouping, expressions }
}

class OpenResolver {
  readonly #scope: Scope
  readonly #items: readonly SelectItem[]
  readonly #open = new Set<SelectItem>()

  constructor(scope: Scope, items: readonly SelectItem[]) {
    this.#scope = scope
    this.#items = items
  }

  rewrite(expression: Expression): Expression {
    if (expression.kind === 'name')
      return findName(expression, this.#scope) ?? this.#alias(expression)
    if (expression.kind === 'subquery' || expression.kind === 'star') {
      return refuse(
        'sql-unsupported',
        expression.at,
        'Subqueries are not supported in this place.',
        '此处不支持子查询。',
      )
    }
    return mapChildren(expression, (child) => this.rewrite(child))
  }

  /** In ORDER BY, the alias of an output column goes first. */
  rewriteOrder(expression: Expression): Expression {
    const found = expression.kind === 'name' ? this.#itemCalled(expression) : undefined
    return this.rewrite(found === undefined ? expression : found.expression)
  }

  #itemCalled({ path }: Name): SelectItem | undefined {
    const [wanted = '', second] = path
    if (second !== undefined) return undefined
    return this.#items.find(({ alias }) => alias !== '' && fold(alias) === fold(wanted))
  }

  #alias(reference: Name): Expression {
    const found = this.#itemCalled(reference)
    if (found === undefined || this.#open.has(found)) return refuseUnknown(reference, this.#scope)
    this.#open.add(found)
    const value = this.rewrite(found.expression)
    this.#open.delete(found)
    return value
  }
}
