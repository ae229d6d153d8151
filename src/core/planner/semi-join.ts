/**
 * Cohorts: `unit IN (SELECT unit FROM ...)` over protected rows of the same unit. The subquery sees
 * nothing of the query around it, so whether a unit is in the cohort depends on that unit alone.
 */

import { allOf, isNull, item, name, not, select } from './build.ts'
import { canonicalAliases } from './canonical-aliases.ts'
import type { PlanContext } from './context.ts'
import type { Environment, PlannedQuery } from './from-clause.ts'
import { harden } from './harden.ts'
import { admitPair } from './join-rows.ts'
import { refuse } from './refusal.ts'
import { sortConditions } from './release-draft.ts'
import type { RowResolver } from './resolve-row.ts'
import type { Rows, UnitColumn } from './rows.ts'
import type { Expression, Name, Select, Subquery } from './syntax.ts'

/** A membership test, and whether it is negated; undefined for any other condition. */
interface Membership {
  readonly subquery: Subquery
  readonly negated: boolean
}

export function membershipOf(condition: Expression): Membership | undefined {
  if (condition.kind === 'not') {
    const inner = membershipOf(condition.operand)
    return inner && { ...inner, negated: !inner.negated }
  }
  const isMember =
    condition.kind === 'subquery' && condition.form === 'any' && condition.operator === '='
  return isMember ? { subquery: condition, negated: false } : undefined
}

/** Narrows rows to the units in, or not in, a cohort. */
export function restrictToCohort(
  rows: Rows,
  { subquery, negated }: Membership,
  resolver: RowResolver,
  environment: Environment,
): Rows {
  const { context } = environment
  const operand = subquery.operand === undefined ? undefined : resolver.resolve(subquery.operand)
  const planned = environment.planQuery(subquery.query, environment)
  const member = operand?.kind === 'name' ? operand : refuseCohort(subquery)
  const cohort = cohortOf(planned, member, subquery, context)
  const facts = context.registry.find(member.path)
  const own = rows.units.find(({ unit }) => unit === facts?.unit) ?? refuseCohort(subquery)
  const test: Expression = {
    ...subquery,
    operand: own.column,
    query: cohortSelect(cohort, context),
  }
  return {
    ...rows,
    filters: [...rows.filters, negated ? not(test) : test],
    products: [...new Set([...rows.products, ...cohort.rows.products])],
  }
}

interface Cohort {
  readonly rows: Rows
  readonly unit: UnitColumn
}

function cohortOf(
  planned: PlannedQuery,
  member: Name,
  subquery: Subquery,
  context: PlanContext,
): Cohort {
  const [column, another] = planned.columns
  if (planned.kind !== 'rows' || another !== undefined || column === undefined) {
    return refuseCohort(subquery)
  }
  const { rows } = planned
  const [unit, otherUnit] = rows.units
  const shown = planned.columns[0]?.expression
  const facts = shown?.kind === 'name' ? context.registry.find(shown.path) : undefined
  const wanted = context.registry.find(member.path)?.unit
  const isSame = unit !== undefined && facts?.unit === unit.unit && wanted === unit.unit
  if (!isSame || otherUnit !== undefined || shown?.kind !== 'name') return refuseCohort(subquery)
  admitPair(member, shown, context)
  return { rows, unit }
}

function cohortSelect({ rows, unit }: Cohort, context: PlanContext): Select {
  const conditions = rows.filters.map((each) => harden(each, context.registry))
  return sortConditions(
    canonicalAliases(
      select({
        items: [item(name(unit.column.path[0] ?? '', unit.column.path[1] ?? ''), 'u')],
        from: rows.from,
        where: allOf([...conditions, not(isNull(unit.column))]),
      }),
    ),
  )
}

function refuseCohort({ at }: Subquery): never {
  return refuse(
    'sql-unsupported',
    at,
    'Over protected rows a subquery in a condition may only choose units: unit IN (SELECT unit FROM ...). To compare with a released value, run that query first and write its value.',
    '对受保护明细的条件中，子查询只能用于选取主体：主体 IN (SELECT 主体 FROM …)。若要与已发布的数值比较，请先单独查询再写入该数值。',
  )
}
