/** Joins of released and public tables: any equality or other condition, as written. */

import { assert } from '../../model/assert.ts'
import { allOf, call } from './build.ts'
import type { Environment } from './from-clause.ts'
import { OpenResolver } from './open-resolver.ts'
import { refuse } from './refusal.ts'
import type { Open, Scope } from './rows.ts'
import type { Expression, Join } from './syntax.ts'

export function joinOpen(
  join: Join,
  sides: { readonly left: Open; readonly right: Open; readonly scope: Scope },
  equalities: readonly Expression[],
  environment: Environment,
): Open {
  const { left, right, scope } = sides
  const resolver = new OpenResolver(scope, [], environment)
  const own = join.condition === undefined ? [] : [resolver.rewrite(join.condition)]
  const isInner = join.type === 'INNER'
  const keepsLeft = join.type === 'LEFT' || join.type === 'SEMI' || join.type === 'ANTI'
  if (!isInner && (left.filters.length > 0 || (!keepsLeft && right.filters.length > 0))) {
    return refuse(
      'sql-unsupported',
      join.at,
      'Filter the tables of an outer join in subqueries.',
      '外连接各表的条件请写在子查询中。',
    )
  }
  const condition = allOf([...equalities, ...own, ...(isInner ? [] : right.filters)])
  assert(
    left.from !== undefined && right.from !== undefined,
    'tables of a join come from somewhere',
  )
  const relation = { ...join, left: left.from, right: right.from, using: [], condition }
  const isSelection = join.type === 'SEMI' || join.type === 'ANTI'
  return {
    kind: 'open',
    from: { ...relation, form: condition === undefined ? 'cross' : 'on' },
    filters: isInner ? [...left.filters, ...right.filters] : [],
    scope: isSelection ? left.scope : scope,
  }
}

/** USING and NATURAL show a shared column once: the value of a side that has one. */
export function mergedColumn(join: Join, left: Expression, right: Expression): Expression {
  if (join.type === 'FULL') return call('coalesce', left, right)
  return join.type === 'RIGHT' ? right : left
}
