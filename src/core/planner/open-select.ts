/** Queries over released values: names are resolved, everything else runs as written. */

import { allOf, item, select } from './build.ts'
import type { Environment, PlannedQuery } from './from-clause.ts'
import { numbered } from './group-keys.ts'
import { finishModifiers } from './modifiers.ts'
import { OpenResolver } from './open-resolver.ts'
import { outputName } from './output-names.ts'
import type { Open } from './rows.ts'
import { expandItems } from './select-items.ts'
import type { Expression, Grouping, Select, SelectItem } from './syntax.ts'

export function planOpen(query: Select, source: Open, environment: Environment): PlannedQuery {
  const items = expandItems(query.items, source.scope)
  const resolver = new OpenResolver(source.scope, items, environment)
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
