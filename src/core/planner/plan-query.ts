/** Plans one query: over protected rows it becomes rows or release nodes, over released values a query. */

import { checkLinks } from './check-links.ts'
import type { PlanContext } from './context.ts'
import {
  bindCommonTables,
  type Environment,
  filtered,
  type PlannedQuery,
  planRelation,
} from './from-clause.ts'
import type { KeyContext } from './group-keys.ts'
import { planGrouped } from './grouped-select.ts'
import { isGrouped } from './grouping.ts'
import { linkOf } from './join-rows.ts'
import { planOpen } from './open-select.ts'
import { admitPredicate, conjunctsOf } from './predicates.ts'
import { projectRows } from './project-rows.ts'
import { asOpen } from './public-tables.ts'
import { type ByteOffset, Refusal, refuse } from './refusal.ts'
import { RowResolver } from './resolve-row.ts'
import { NO_SCOPE, type Rows } from './rows.ts'
import { fold } from './scope.ts'
import { expandItems } from './select-items.ts'
import { membershipOf, restrictToCohort } from './semi-join.ts'
import { planSet } from './set-operation.ts'
import type { Expression, Query, Select } from './syntax.ts'
import { planWithinUnits, refuseUnits, unitKey } from './unit-select.ts'

/** Plans the statement itself: its result leaves, so it must not be rows. */
export function planTop(
  query: Query,
  environment: Environment,
): Extract<PlannedQuery, { kind: 'open' }> {
  const planned = planEach(query, environment, true)
  return planned.kind === 'open' ? planned : refuseRows(query.at)
}

export function planQuery(query: Query, environment: Environment): PlannedQuery {
  return planEach(query, environment, false)
}

function planEach(query: Query, around: Environment, isTop: boolean): PlannedQuery {
  if (query.kind === 'set') {
    return planSet(query, bindCommonTables(query.commonTables, around))
  }
  const environment = bindCommonTables(query.commonTables, around)
  if (query.from === undefined) {
    return planOpen(
      query,
      { kind: 'open', from: undefined, filters: [], scope: NO_SCOPE },
      environment,
    )
  }
  const source = asOpen(planRelation(query.from, environment), around.context)
  if (source.kind === 'open') return planOpen(query, source, environment)
  const isGroup = isGrouped(query)
  if (isTop && !isGroup) return refuseRows(query.at)
  const { context } = environment
  const aliases = rowAliases(query, source, context)
  const rows = applyWhere(
    query,
    source,
    new RowResolver({ scope: source.scope, aliases }, context),
    environment,
  )
  checkLinks(rows, context, query.at)
  const parts: KeyContext = {
    query,
    items: expandItems(query.items, rows.scope),
    rows,
    resolver: new RowResolver({ scope: rows.scope, aliases }, context),
    context,
    environment,
  }
  if (!isGroup) return projectRows(parts)
  const unit = unitKey(parts)
  if (unit === undefined) return planGrouped(parts)
  return isTop ? refuseUnits(unit) : planWithinUnits(parts)
}

function refuseRows(at: ByteOffset): never {
  return refuse(
    'row-level-output',
    at,
    'The query returns single rows of protected tables.',
    '查询返回受保护数据的明细行。',
  )
}

/** Select items by alias; those that cannot be resolved on rows are no row-level names. */
function rowAliases(
  query: Select,
  source: Rows,
  context: PlanContext,
): ReadonlyMap<string, Expression> {
  const aliases = new Map<string, Expression>()
  for (const { alias, expression } of query.items) {
    if (alias === '' || aliases.has(fold(alias))) continue
    const resolver = new RowResolver({ scope: source.scope, aliases: new Map(aliases) }, context)
    const resolved = attempt(() => resolver.resolve(expression))
    if (resolved !== undefined) aliases.set(fold(alias), resolved)
  }
  return aliases
}

function attempt(resolve: () => Expression): Expression | undefined {
  try {
    return resolve()
  } catch (error) {
    // A statement that is too large stays so, however it is read.
    if (error instanceof Refusal && error.code !== 'sql-too-complex') return undefined
    throw error
  }
}

function applyWhere(
  query: Select,
  source: Rows,
  resolver: RowResolver,
  environment: Environment,
): Rows {
  if (query.where === undefined) return source
  const { context } = environment
  let rows = source
  for (const condition of conjunctsOf(query.where)) {
    const membership = membershipOf(condition)
    if (membership !== undefined) {
      rows = restrictToCohort(rows, membership, resolver, environment)
      continue
    }
    const conjuncts = conjunctsOf(resolver.resolveTest(condition))
    for (const conjunct of conjuncts) {
      if (linkOf(conjunct, context) === undefined) admitPredicate(conjunct, context)
    }
    rows = filtered(rows, conjuncts)
  }
  return rows
}
