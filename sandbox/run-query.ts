/** Runs one checked SELECT and sends its rows as canonical text. */

import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import { StatementType } from '@duckdb/node-api'
import { checkBoundPlan, type PlanRules } from './bound-plan.ts'
import { canonicalText, checkTextual } from './canonical-text.ts'
import { WorkFailure } from './failures.ts'
import type { Work } from './work.ts'

export interface Query {
  readonly sql: string
  readonly rules: PlanRules
  /** Bound to `$salt` where the statement names it. */
  readonly salt?: string
  readonly maximumRows: number
}

export async function runQuery(
  connection: DuckDBConnection,
  query: Query,
  work: Work,
): Promise<void> {
  const sql = typeSalt(query.sql)
  const statement = await prepareSelect(connection, sql)
  await checkBoundPlan(connection, sql, query.rules)
  bindSalt(statement, query.salt)
  const result = await statement.stream()
  const types = result.columnTypes()
  checkTextual(types)
  const columns = result.columnNames().map((name, index) => ({ name, type: String(types[index]) }))
  await work.sendHead(columns)
  let count = 0
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    count += chunk.rowCount
    if (count > query.maximumRows) throw new WorkFailure('output_limit')
    await work.sendRows(
      chunk.getRows().map((row) => row.map(canonicalText)),
      columns.length,
    )
  }
}

/** Refuses everything that is not exactly one SELECT. */
async function prepareSelect(
  connection: DuckDBConnection,
  sql: string,
): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql)
  if (statements.count !== 1) throw new WorkFailure('invalid_query')
  const statement = await statements.prepare(0)
  if (statement.statementType !== StatementType.SELECT) throw new WorkFailure('invalid_query')
  return statement
}

/** The plan of a statement whose parameter has no type cannot be written out, so it gets one. */
export function typeSalt(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$salt\b/g, (token) =>
    token === '$salt' ? 'CAST($salt AS VARCHAR)' : token,
  )
}

function bindSalt(statement: DuckDBPreparedStatement, salt: string | undefined): void {
  if (statement.parameterCount === 0) return
  const isSalt = statement.parameterCount === 1 && statement.parameterName(1) === 'salt'
  if (!isSalt || salt === undefined) throw new WorkFailure('invalid_query')
  statement.bindVarchar(1, salt)
}
