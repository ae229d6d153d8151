/**
 * Grouping by the privacy unit. Every group lies within one unit, so the result is still rows of
 * protected data: it may be filtered, joined and grouped on, and nothing of it leaves by itself.
 */

import { item, name, select } from './build.ts'
import { canonicalAliases } from './canonical-aliases.ts'
import { keyFacts } from './derived-columns.ts'
import type { PlannedQuery } from './from-clause.ts'
import { type KeyContext, resolvedKeys } from './group-keys.ts'
import { GroupRewriter } from './group-rewriter.ts'
import { harden } from './harden.ts'
import { sourceAliases } from './join-rows.ts'
import { unitColumn } from './open-product.ts'
import { outputName } from './output-names.ts'
import { admitPredicate, conjunctsOf } from './predicates.ts'
import { refuseCut } from './project-rows.ts'
import { refuse } from './refusal.ts'
import { nodeSelect, sortConditions } from './release-draft.ts'
import { RowResolver } from './resolve-row.ts'
import type { Rows, VisibleTable } from './rows.ts'
import type { Expression, Name, Relation, Select, SelectItem } from './syntax.ts'
import { UnitAggregates } from './unit-aggregates.ts'

/**
 * The key that makes a grouping one of units, when there is one: every unit that the rows carry
 * must be among the keys.
 */
export function unitKey(parts: KeyContext): Name | undefined {
  const keys = resolvedKeys(parts)
  const found = parts.rows.units.map(({ unit }) => {
    const names = keys.filter((key): key is Name => key.kind === 'name')
    return names.find(({ path }) => parts.context.registry.find(path)?.unit === unit)
  })
  return found.some((key) => key === undefined) ? undefined : found[0]
}

/** Units may be grouped on, but not be the result. */
export function refuseUnits({ at, path }: Name): never {
  const column = path.at(-1) ?? ''
  return refuse(
    'identifier-output',
    at,
    `The result would hold one row for each ${column}. Use this query as a table and group its rows.`,
    `结果将按 ${column} 逐一输出。请将此查询作为子表，再对其分组汇总。`,
  )
}

export function planWithinUnits(parts: KeyContext): PlannedQuery {
  const { query, items, rows, resolver, context } = parts
  refuseCut(query)
  refuseForms(query)
  const keys = resolvedKeys(parts)
  refuseOuterUnits(keys, parts)
  const alias = context.nextAlias(query.at)
  const values = new UnitAggregates({ alias, rows, keys, resolver, context })
  const drafts = keys.map((expression) => ({ expression }))
  const rewriter = new GroupRewriter({
    ...{ rows, items, keys: drafts, resolver, values },
    environment: undefined,
  })
  const shown = items.map((each) => rewriter.rewrite(each.expression))
  const having = query.having === undefined ? undefined : rewriter.rewrite(query.having)
  keys.forEach((key, index) => {
    context.registry.add(alias, `k${index}`, keyFacts(key, context))
  })
  const units = rows.units.map(({ unit }) => unit)
  context.registry.addUnits(alias, units)
  const inner = new RowResolver(
    { scope: { tables: [innerTable(alias, keys, values)], merged: new Map() }, aliases: new Map() },
    context,
  )
  const filters = having === undefined ? [] : conjunctsOf(inner.resolveTest(having))
  for (const filter of filters) admitPredicate(filter, context)
  return {
    kind: 'rows',
    rows: {
      kind: 'rows',
      from: perUnitTable(alias, parts, keys, values.items),
      filters,
      units: units.map((unit) => ({ unit, column: name(alias, unitColumn(unit)) })),
      products: rows.products,
      scope: { tables: [], merged: new Map() },
    },
    columns: items.map((each, index) => ({
      name: outputName(each),
      expression: inner.resolve(shown[index] ?? each.expression),
    })),
  }
}

function refuseForms({ modifiers, grouping, at }: Select): void {
  if (grouping.kind === 'by' && grouping.sets.length > 1) {
    refuse(
      'sql-unsupported',
      at,
      'GROUPING SETS, ROLLUP and CUBE may not contain the unit.',
      'GROUPING SETS、ROLLUP 与 CUBE 不得包含主体。',
    )
  }
  if (typeof modifiers.distinct === 'string') return
  refuse('sql-unsupported', at, 'DISTINCT ON is not supported.', '不支持 DISTINCT ON。')
}

/** Rows that an outer join leaves without a unit of their own must not become one group. */
function refuseOuterUnits(keys: readonly Expression[], { rows, context }: KeyContext): void {
  for (const { unit, column } of rows.units) {
    const keyed = keys.filter(
      (key): key is Name => key.kind === 'name' && context.registry.find(key.path)?.unit === unit,
    )
    if (keyed.some(({ path }) => isCertain(path[0], column.path[0], rows))) continue
    refuse(
      'sql-unsupported',
      keyed[0]?.at ?? -1,
      `Group by the ${unit} of the left table.`,
      `请按左表的 ${unit} 分组。`,
    )
  }
}

function isCertain(key: string | undefined, unit: string | undefined, { from }: Rows): boolean {
  return key === unit || !outerAliases(from).includes(key ?? '')
}

/** Sources whose rows an outer join may leave out. */
function outerAliases(relation: Relation): readonly string[] {
  if (relation.kind !== 'join') return []
  const right =
    relation.type === 'LEFT' ? sourceAliases(relation.right) : outerAliases(relation.right)
  return [...outerAliases(relation.left), ...right]
}

function innerTable(
  alias: string,
  keys: readonly Expression[],
  values: UnitAggregates,
): VisibleTable {
  const names = [...keys.map((_, index) => `k${index}`), ...values.items.map((each) => each.alias)]
  const columns = names.map((column) => ({ name: column, expression: name(alias, column) }))
  return { alias, columns, isProduct: false }
}

function perUnitTable(
  alias: string,
  { rows, context }: KeyContext,
  keys: readonly Expression[],
  aggregates: readonly SelectItem[],
): Relation {
  const { where } = nodeSelect({ rows, keys: [], predicate: undefined })
  const units = rows.units.map(({ unit, column }) => item(column, unitColumn(unit)))
  const shown = keys.map((key, index) => item(harden(key, context.registry), `k${index}`))
  const grouped = [...units, ...shown]
  const query = select({
    items: [...grouped, ...aggregates],
    from: rows.from,
    where: where === undefined ? undefined : harden(where, context.registry),
    grouping: {
      kind: 'by',
      expressions: grouped.map(({ expression }) => expression),
      sets: [grouped.map((_, index) => index)],
    },
  })
  return {
    kind: 'derived',
    at: -1,
    query: sortConditions(canonicalAliases(query)),
    alias,
    columnNames: [],
  }
}
