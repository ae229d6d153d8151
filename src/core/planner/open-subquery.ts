/** Subqueries over released values, where one value or one column of them is wanted. */

import type { Environment } from './from-clause.ts'
import { isGrouped } from './grouping.ts'
import { refuse } from './refusal.ts'
import type { Query, Subquery } from './syntax.ts'

/**
 * A subquery above the release boundary. It sees nothing of the query around it; what it reads of
 * protected tables is released like any other result.
 */
export function planOpenSubquery(subquery: Subquery, environment: Environment): Subquery {
  const { query, form, at } = subquery
  const planned = environment.planQuery(query, environment)
  if (planned.kind === 'rows') {
    return refuse(
      'row-level-output',
      at,
      'A subquery of a result must itself be a released result: aggregate it.',
      '结果中的子查询本身也须为已发布的汇总结果，请先汇总。',
    )
  }
  if (form !== 'exists' && planned.columns.length !== 1) {
    return refuse(
      'sql-unsupported',
      at,
      'This subquery must have one column.',
      '此子查询须恰有一列。',
    )
  }
  if (form === 'scalar' && !isSingleRow(query)) {
    return refuse(
      'sql-unsupported',
      at,
      'A subquery used as a value must have one row: aggregate without GROUP BY, or use LIMIT 1.',
      '作为值使用的子查询须只有一行：不带 GROUP BY 的汇总，或使用 LIMIT 1。',
    )
  }
  return { ...subquery, query: planned.query }
}

function isSingleRow(query: Query): boolean {
  const { limit } = query.modifiers
  if (limit?.kind === 'literal' && limit.text === '1') return true
  return query.kind === 'select' && query.grouping.kind === 'none' && isGrouped(query)
}
