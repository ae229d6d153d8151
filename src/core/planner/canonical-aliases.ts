/** Renames the tables of a generated query to t0, t1, ... in the order in which it reads them. */

import type { Expression, Grouping, Relation, Select } from './syntax.ts'
import { mapChildren, mapOrder } from './tree-walk.ts'

export function canonicalAliases(query: Select): Select {
  if (query.from === undefined) return query
  const aliases = new Map(aliasesIn(query.from).map((alias, index) => [alias, `t${index}`]))
  const rename = renaming(aliases)
  return {
    ...query,
    items: query.items.map((item) => ({ ...item, expression: rename(item.expression) })),
    from: renameRelation(query.from, aliases, rename),
    where: query.where === undefined ? undefined : rename(query.where),
    grouping: renameGrouping(query.grouping, rename),
    modifiers: { ...query.modifiers, order: mapOrder(query.modifiers.order, rename) },
  }
}

/** Replaces the table of every column. */
export function renaming(
  aliases: ReadonlyMap<string, string>,
): (expression: Expression) => Expression {
  return function rename(expression) {
    if (expression.kind !== 'name') return mapChildren(expression, rename)
    const [first = '', ...rest] = expression.path
    return { ...expression, path: [aliases.get(first) ?? first, ...rest] }
  }
}

function renameGrouping(
  grouping: Grouping,
  rename: (expression: Expression) => Expression,
): Grouping {
  if (grouping.kind !== 'by') return grouping
  return { ...grouping, expressions: grouping.expressions.map(rename) }
}

function aliasesIn(relation: Relation): readonly string[] {
  return relation.kind === 'join'
    ? [...aliasesIn(relation.left), ...aliasesIn(relation.right)]
    : [relation.alias]
}

function renameRelation(
  relation: Relation,
  aliases: ReadonlyMap<string, string>,
  rename: (expression: Expression) => Expression,
): Relation {
  if (relation.kind !== 'join') {
    return { ...relation, alias: aliases.get(relation.alias) ?? relation.alias }
  }
  return {
    ...relation,
    left: renameRelation(relation.left, aliases, rename),
    right: renameRelation(relation.right, aliases, rename),
    condition: relation.condition === undefined ? undefined : rename(relation.condition),
  }
}
