/**
 * The second, independent look at a query: the engine's bound plan, with views and macros already
 * expanded, may read the named tables and nothing else.
 */

import type { DuckDBConnection } from '@duckdb/node-api'
import { WorkFailure } from './failures.ts'

export interface PlanRules {
  /** Tables in schema `main` of the open database. */
  readonly tables: ReadonlySet<string>
  /** Names of scalar functions and aggregates, or `undefined` for any. */
  readonly functions?: ReadonlySet<string>
}

/** Relational operators without side effects. Table functions appear as LOGICAL_GET. */
const OPERATORS: ReadonlySet<string> = new Set([
  'LOGICAL_PROJECTION',
  'LOGICAL_FILTER',
  'LOGICAL_GET',
  'LOGICAL_AGGREGATE_AND_GROUP_BY',
  'LOGICAL_WINDOW',
  'LOGICAL_DISTINCT',
  'LOGICAL_ORDER_BY',
  'LOGICAL_TOP_N',
  'LOGICAL_LIMIT',
  'LOGICAL_COMPARISON_JOIN',
  'LOGICAL_ANY_JOIN',
  'LOGICAL_CROSS_PRODUCT',
  'LOGICAL_POSITIONAL_JOIN',
  'LOGICAL_ASOF_JOIN',
  'LOGICAL_DELIM_JOIN',
  'LOGICAL_DELIM_GET',
  'LOGICAL_DEPENDENT_JOIN',
  'LOGICAL_UNION',
  'LOGICAL_EXCEPT',
  'LOGICAL_INTERSECT',
  'LOGICAL_MATERIALIZED_CTE',
  'LOGICAL_CTE_REF',
  'LOGICAL_EXPRESSION_GET',
  'LOGICAL_CHUNK_GET',
  'LOGICAL_DUMMY_SCAN',
  'LOGICAL_EMPTY_RESULT',
])

/** Expressions that compute from their inputs and call nothing by name. */
const PLAIN_EXPRESSIONS: ReadonlySet<string> = new Set([
  'BOUND_REF',
  'BOUND_COLUMN_REF',
  'BOUND_CONSTANT',
  'BOUND_PARAMETER',
  'BOUND_CAST',
  'BOUND_COMPARISON',
  'BOUND_CONJUNCTION',
  'BOUND_OPERATOR',
  'BOUND_CASE',
  'BOUND_BETWEEN',
])

const PLAIN_WINDOWS: ReadonlySet<unknown> = new Set([
  'WINDOW_ROW_NUMBER',
  'WINDOW_RANK',
  'WINDOW_RANK_DENSE',
  'WINDOW_NTILE',
  'WINDOW_LAG',
  'WINDOW_LEAD',
])

/** Binds the statement without running it and checks what it would touch. */
export async function checkBoundPlan(
  connection: DuckDBConnection,
  sql: string,
  rules: PlanRules,
): Promise<void> {
  const answer = await connection.runAndReadAll('SELECT json_serialize_plan($1::VARCHAR)', [sql])
  const plan: unknown = JSON.parse(String(answer.getRows()[0]?.[0]))
  const isPlanned = isNode(plan) && plan['error'] === false && Array.isArray(plan['plans'])
  if (!isPlanned || !isAllowed(plan['plans'], rules)) throw new WorkFailure('invalid_query')
}

type Node = Readonly<Record<string, unknown>>

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isAllowed(value: unknown, rules: PlanRules): boolean {
  if (Array.isArray(value)) return value.every((item) => isAllowed(item, rules))
  if (!isNode(value)) return true
  return isAllowedNode(value, rules) && Object.values(value).every((item) => isAllowed(item, rules))
}

function isAllowedNode(node: Node, rules: PlanRules): boolean {
  const { type, expression_class: expressionClass } = node
  if (typeof type === 'string' && type.startsWith('LOGICAL_')) {
    if (!OPERATORS.has(type)) return false
    if (type === 'LOGICAL_GET') return isTableScan(node, rules.tables)
  }
  if (typeof expressionClass !== 'string' || rules.functions === undefined) return true
  return isAllowedExpression(node, expressionClass, rules.functions)
}

function isAllowedExpression(
  { type, name }: Node,
  expressionClass: string,
  functions: ReadonlySet<string>,
): boolean {
  if (PLAIN_EXPRESSIONS.has(expressionClass)) return true
  if (expressionClass === 'BOUND_WINDOW' && type !== 'WINDOW_AGGREGATE')
    return PLAIN_WINDOWS.has(type)
  return typeof name === 'string' && functions.has(name.toLowerCase())
}

function isTableScan(node: Node, tables: ReadonlySet<string>): boolean {
  const source = node['function_data']
  if (node['name'] !== 'seq_scan' || !isNode(source) || source['schema'] !== 'main') return false
  const isForeign = source['catalog'] === 'system' || source['catalog'] === 'temp'
  return !isForeign && typeof source['table'] === 'string' && tables.has(source['table'])
}
