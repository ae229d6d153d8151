/** Reads one source into a table of declared types, or says which row it refuses and why. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { type CheckedColumn, checkColumn, readFaultCode } from './check-columns.ts'
import { failureOf } from './failures.ts'
import { type FoundTable, SourceRefused } from './import-sources.ts'
import { quoteName } from './lockdown.ts'

/** Creates `stage_<product>` with the declared columns in declared order. */
export async function stageTable(connection: DuckDBConnection, table: FoundTable): Promise<void> {
  const { product, source, relation } = table
  const columns = product.columns.map((declared, index): CheckedColumn => {
    const isUnit = product.units.some(({ column }) => column === declared.name)
    const type = table.columns.find(({ name }) => name === declared.name)?.type ?? ''
    const checked = checkColumn(isUnit ? { ...declared, nullable: false } : declared, index, type)
    if (checked !== undefined) return checked
    const place = { source, product: product.id, column: declared.name }
    throw new SourceRefused({ reason: 'wrong_type', ...place })
  })
  const typed = columns
    .map((column, index) => `${column.typed} AS ${quoteName(product.columns[index]?.name ?? '')}`)
    .join(', ')
  const fault = `CASE ${columns.map(({ refusals }) => refusals).join(' ')} ELSE 0 END`
  await readSource(
    connection,
    `CREATE TABLE ${stageName(product.id)} AS
     SELECT ${typed}, CAST(${fault} AS INTEGER) AS __fault FROM ${relation}`,
    source,
  )
  if (table.rows !== undefined && table.rows !== (await countRows(connection, product.id)))
    throw new SourceRefused({ reason: 'unreadable', source })
  await refuseFaults(connection, table)
}

export function stageName(product: string): string {
  return quoteName(`stage_${product}`)
}

async function readSource(
  connection: DuckDBConnection,
  sql: string,
  source: number,
): Promise<void> {
  try {
    await connection.run(sql)
  } catch (error) {
    const failure = failureOf(error)
    if (failure === 'out_of_memory' || failure === 'cancelled') throw error
    const row = rowOf(error)
    throw new SourceRefused({
      reason: 'unreadable',
      source,
      ...(row === undefined ? {} : { row }),
    })
  }
}

async function countRows(connection: DuckDBConnection, product: string): Promise<number> {
  const answer = await connection.runAndReadAll(`SELECT count(*) FROM ${stageName(product)}`)
  return Number(answer.getRows()[0]?.[0])
}

/**
 * Only the number at the start of the message is ours to use; the rest quotes the file. What the
 * engine calls a line is a record, whatever line ends its values hold, and the header is the first.
 */
function rowOf(error: unknown): number | undefined {
  const message = error instanceof Error ? error.message : ''
  const line = /^Invalid Input Error: CSV Error on Line: (\d{1,12})\n/.exec(message)?.[1]
  return line === undefined ? undefined : Number(line) - 1
}

/** Row ids follow the order of the source. */
async function refuseFaults(connection: DuckDBConnection, table: FoundTable): Promise<void> {
  const { product, source } = table
  const answer = await connection.runAndReadAll(
    `SELECT rowid, __fault FROM ${stageName(product.id)} WHERE __fault <> 0 ORDER BY rowid LIMIT 1`,
  )
  const [row, code] = answer.getRows()[0] ?? []
  if (row === undefined) {
    await connection.run(`ALTER TABLE ${stageName(product.id)} DROP COLUMN __fault`)
    return
  }
  const { column, reason } = readFaultCode(Number(code))
  throw new SourceRefused({
    reason,
    source,
    product: product.id,
    row: Number(row) + 1,
    column: product.columns[column]?.name ?? '',
  })
}
