/** Joins of protected rows: along agreed pairs of columns, and on the unit where both sides carry it. */

import { compare, logic } from './build.ts'
import type { PlanContext } from './context.ts'
import { admitPredicate, conjunctsOf } from './predicates.ts'
import { type ByteOffset, refuse } from './refusal.ts'
import type { Rows, Scope, UnitColumn } from './rows.ts'
import type { Expression, Join, Name, Relation } from './syntax.ts'
import { namesIn } from './tree-walk.ts'

/** An equality of two columns that ties two tables together. */
interface Link {
  readonly left: Name
  readonly right: Name
}

export function joinRows(
  join: Join,
  sides: { readonly left: Rows; readonly right: Rows; readonly scope: Scope },
  conditions: readonly Expression[],
  context: PlanContext,
): Rows {
  const { left, right, scope } = sides
  if (join.type !== 'INNER' && join.type !== 'LEFT') {
    return refuse(
      'sql-unsupported',
      join.at,
      `${join.type} JOIN of protected tables is not supported; use INNER or LEFT.`,
      `受保护表之间不支持 ${join.type} JOIN，请使用 INNER 或 LEFT。`,
    )
  }
  const isInner = join.type === 'INNER'
  const links: Link[] = []
  const others: Expression[] = []
  for (const conjunct of conditions.flatMap(conjunctsOf)) {
    const link = linkOf(conjunct, context)
    if (link === undefined) others.push(conjunct)
    else links.push(link)
  }
  for (const other of others) admitPredicate(other, context)
  if (!isInner) checkOnlyRight(others, right, join.at)
  const equalities = links.map((link) => compare('=', link.left, link.right))
  if (!isInner) {
    for (const alias of sourceAliases(right.from)) context.registry.makeNullable(alias)
  }
  const inner = isInner ? equalities : [...equalities, ...others, ...right.filters]
  return {
    kind: 'rows',
    from: {
      ...join,
      form: inner.length === 0 ? 'cross' : 'on',
      left: left.from,
      right: right.from,
      using: [],
      condition: inner.length === 0 ? undefined : logic('AND', inner),
    },
    filters: isInner ? [...left.filters, ...right.filters, ...others] : left.filters,
    units: mergeUnits(left.units, right.units),
    products: [...new Set([...left.products, ...right.products])],
    scope,
  }
}

/**
 * The agreed equality that a conjunct states, or undefined when it is an ordinary condition.
 * Comparing columns of two tables in any other way is refused.
 */
export function linkOf(conjunct: Expression, context: PlanContext): Link | undefined {
  const tables = new Set(namesIn(conjunct).map(({ path }) => path[0]))
  if (tables.size < 2) return undefined
  if (conjunct.kind !== 'compare' || conjunct.operator !== '=') return refuseLink(conjunct.at)
  const { left, right } = conjunct
  if (left.kind !== 'name' || right.kind !== 'name') return refuseLink(conjunct.at)
  admitPair(left, right, context)
  return { left, right }
}

function refuseLink(at: ByteOffset): never {
  return refuse(
    'join-not-authorised',
    at,
    'Tables may be joined only by equality of agreed columns.',
    '表之间只能按协议列明的字段等值关联。',
  )
}

export function admitPair(left: Name, right: Name, context: PlanContext): void {
  const a = context.registry.find(left.path)
  const b = context.registry.find(right.path)
  if (a === undefined || b === undefined) return
  const pair = [`${a.product}.${a.column}`, `${b.product}.${b.column}`] as const
  const isSelf = pair[0] === pair[1] && a.unit !== undefined
  const isAgreed = context.grant.agreement.joins.some(
    ([one, other]) =>
      (one === pair[0] && other === pair[1]) || (one === pair[1] && other === pair[0]),
  )
  const mayJoin = a.uses.includes('join_key') && b.uses.includes('join_key')
  if ((!isAgreed && !isSelf) || !mayJoin) {
    refuse(
      'join-not-authorised',
      left.at,
      `The agreement does not include the join ${pair[0]} = ${pair[1]}.`,
      `协议未授权关联 ${pair[0]} = ${pair[1]}。`,
    )
  }
  context.addUse(a.product, a.column, 'join_key')
  context.addUse(b.product, b.column, 'join_key')
  context.addJoin(pair[0], pair[1])
}

/** Under LEFT JOIN a further condition may only narrow the right side. */
function checkOnlyRight(conditions: readonly Expression[], right: Rows, at: ByteOffset): void {
  const tables = new Set(right.scope.tables.flatMap(tableAliases))
  for (const column of conditions.flatMap(namesIn)) {
    if (tables.has(column.path[0])) continue
    refuse(
      'sql-unsupported',
      at,
      'A condition on the left table belongs into WHERE.',
      '针对左表的条件请写在 WHERE 中。',
    )
  }
}

function tableAliases(table: Scope['tables'][number]): readonly (string | undefined)[] {
  return table.columns.flatMap(({ expression }) => namesIn(expression).map(({ path }) => path[0]))
}

/** The generated aliases of the sources that a relation joins. */
export function sourceAliases(relation: Relation): readonly string[] {
  return relation.kind === 'join'
    ? [...sourceAliases(relation.left), ...sourceAliases(relation.right)]
    : [relation.alias]
}

/** One column per unit: the one that comes first, which an outer join keeps. */
function mergeUnits(
  left: readonly UnitColumn[],
  right: readonly UnitColumn[],
): readonly UnitColumn[] {
  const units = new Set(left.map(({ unit }) => unit))
  return [...left, ...right.filter(({ unit }) => !units.has(unit))]
}
