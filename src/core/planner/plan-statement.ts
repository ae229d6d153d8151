/** The planner's three entries: read a statement, plan it, confirm what was printed. */

import type { DataProduct } from '../../model/data-product.ts'
import type { Grant } from '../../model/grant.ts'
import { MAX_SQL_BYTES } from '../../model/job.ts'
import type { Plan } from '../../model/plan.ts'
import type { Result } from '../../model/result.ts'
import { admitQuery } from './admit.ts'
import { assemblePlan, type PrintedQuery } from './assemble-plan.ts'
import { PlanContext } from './context.ts'
import { uniqueNames } from './output-names.ts'
import { planQuery, planTop } from './plan-query.ts'
import { sameTree } from './print/same-tree.ts'
import { givenParameters, type ParameterValue } from './read/parameters.ts'
import { readTree } from './read/read-statement.ts'
import { GENERATED_LIMITS, STATEMENT_LIMITS } from './read/tree.ts'
import { catchRefusal, NOWHERE, refuse } from './refusal.ts'
import type { Query } from './syntax.ts'

/** A statement inside the allow-list: one SELECT of known forms and functions. */
export interface AdmittedStatement {
  readonly sql: string
  readonly query: Query
}

export interface PlannedStatement {
  readonly plan: Plan
  /** Every generated query; run none of them before `confirmPrinted` agrees to it. */
  readonly printed: readonly PrintedQuery[]
}

/**
 * Reads the engine's syntax tree of `sql` and admits it by allow-list.
 *
 * @param parameters Values for `$name` in the statement, by name.
 */
export function readStatement(
  treeJson: string,
  sql: string,
  parameters: ReadonlyMap<string, ParameterValue> = new Map(),
): Result<AdmittedStatement> {
  return catchRefusal(sql, () => {
    if (Buffer.byteLength(sql) > MAX_SQL_BYTES) {
      refuse(
        'sql-too-complex',
        NOWHERE,
        `The text is longer than ${MAX_SQL_BYTES} bytes.`,
        `文本长度超过 ${MAX_SQL_BYTES} 字节。`,
      )
    }
    const query = readTree(treeJson, STATEMENT_LIMITS, givenParameters(parameters))
    admitQuery(query)
    return { sql, query }
  })
}

/**
 * Plans a statement under a grant.
 *
 * @param catalog Every product there is: consulted only to tell a resource that the law puts off
 *   limits from one that is not agreed or does not exist, which answer alike.
 */
export function planStatement(
  statement: AdmittedStatement,
  grant: Grant,
  catalog: ReadonlyMap<string, DataProduct>,
): Result<PlannedStatement> {
  return catchRefusal(statement.sql, () => {
    const context = new PlanContext(grant, catalog)
    const top = planTop(statement.query, { context, commonTables: new Map(), planQuery })
    const columns = uniqueNames(top.columns.map((column) => column.name))
    return assemblePlan(context, {
      query: top.query,
      named: withNames(top.query, columns),
      columns,
    })
  })
}

/** Gives the statement's own output names to its outermost query. */
function withNames(query: Query, names: readonly string[]): Query {
  if (query.kind !== 'select') return query
  const items = query.items.map((each, index) => ({ ...each, alias: names[index] ?? each.alias }))
  return { ...query, items }
}

/** True when the engine reads printed SQL back as exactly the tree it was printed from. */
export function confirmPrinted(printed: PrintedQuery, treeJson: string): boolean {
  const read = catchRefusal(printed.text, () => readTree(treeJson, GENERATED_LIMITS))
  return read.ok && sameTree(read.value, printed.tree)
}
