/** Released tables inside a post worker: text from the gateway, typed for the operator's query. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { quoteName } from './lockdown.ts'
import { type Column, decodeRows, ProtocolError } from './protocol.ts'

const TYPE =
  /^(?:BOOLEAN|U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|VARCHAR|DATE|TIME|TIMESTAMP|INTERVAL|UUID|DECIMAL\(\d{1,2},\d{1,2}\))$/

/** Creates one table and fills it. */
export async function createReleasedTable(
  connection: DuckDBConnection,
  table: { readonly name: string; readonly columns: readonly Column[] },
  part: Buffer,
): Promise<void> {
  const { name, columns } = table
  if (!columns.every(({ type }) => TYPE.test(type))) throw new ProtocolError('type')
  const rows = decodeRows(part, columns.length)
  const text = columns.map((_, index) => `c${index} VARCHAR`).join(', ')
  await connection.run(`CREATE TEMP TABLE incoming (${text})`)
  const appender = await connection.createAppender('incoming', null, 'temp')
  for (const row of rows) {
    for (const cell of row) {
      if (cell === null) appender.appendNull()
      else appender.appendVarchar(cell)
    }
    appender.endRow()
  }
  appender.closeSync()
  const typed = columns
    .map((column, index) => `CAST(c${index} AS ${column.type}) AS ${quoteName(column.name)}`)
    .join(', ')
  await connection.run(`CREATE TABLE ${quoteName(name)} AS SELECT ${typed} FROM incoming`)
  await connection.run('DROP TABLE incoming')
}
