/** UNION, EXCEPT and INTERSECT of released results; UNION ALL of rows that belong to the same units. */

import { NO_MODIFIERS, name, select } from './build.ts'
import type { Environment, PlannedQuery } from './from-clause.ts'
import { planOpen } from './open-select.ts'
import { refuse } from './refusal.ts'
import type { SetOperation } from './syntax.ts'
import { uniteRows } from './unite-rows.ts'

type OpenQuery = Extract<PlannedQuery, { kind: 'open' }>

export function planSet(operation: SetOperation, environment: Environment): PlannedQuery {
  const left = environment.planQuery(operation.left, environment)
  const right = environment.planQuery(operation.right, environment)
  if (operation.operator === 'UNION BY NAME') {
    return refuse('sql-unsupported', operation.at, 'BY NAME is not supported.', '不支持 BY NAME。')
  }
  if (left.columns.length !== right.columns.length) {
    return refuse(
      'sql-unsupported',
      operation.at,
      'Both sides need the same number of columns.',
      '两侧的列数须相同。',
    )
  }
  if (left.kind === 'open' && right.kind === 'open') {
    return combine(operation, left, right, environment)
  }
  if (left.kind === 'rows' && right.kind === 'rows') {
    return uniteRows(operation, left, right, environment.context)
  }
  return refuse(
    'sql-unsupported',
    operation.at,
    'Protected rows cannot be combined with released results; aggregate both sides first.',
    '受保护的明细不能与已发布结果合并，请先分别汇总。',
  )
}

/** The combination as a table, so that ORDER BY and LIMIT see its columns by name. */
function combine(
  operation: SetOperation,
  left: OpenQuery,
  right: OpenQuery,
  environment: Environment,
): PlannedQuery {
  const alias = environment.context.nextOpenAlias()
  const columns = left.columns.map((column) => ({
    name: column.name,
    expression: name(alias, column.alias),
  }))
  const query = {
    ...operation,
    commonTables: [],
    left: left.query,
    right: right.query,
    modifiers: NO_MODIFIERS,
  }
  const star = {
    kind: 'star',
    at: operation.at,
    relation: '',
    exclude: [],
    columns: false,
  } as const
  return planOpen(
    select({
      at: operation.at,
      items: [{ expression: star, alias: '' }],
      modifiers: operation.modifiers,
    }),
    {
      kind: 'open',
      from: { kind: 'derived', at: operation.at, query, alias, columnNames: [] },
      filters: [],
      scope: {
        tables: [{ alias: 'unnamed_union', columns, isProduct: false }],
        merged: new Map(),
      },
    },
    environment,
  )
}
