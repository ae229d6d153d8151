/**
 * A text table as a typed Arrow IPC stream. Every value arrives exact: a column holding one value
 * that its Arrow type cannot represent travels as text instead.
 *
 * | engine type                 | Arrow type       |
 * | --------------------------- | ---------------- |
 * | TINYINT, SMALLINT, INTEGER  | Int32            |
 * | BIGINT                      | Int64            |
 * | DECIMAL(p,s)                | Decimal128(p,s)  |
 * | FLOAT, DOUBLE               | Float64          |
 * | DATE                        | Date32 (days)    |
 * | BOOLEAN                     | Bool             |
 * | VARCHAR and everything else | Utf8             |
 */

import { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from 'apache-arrow'
import type { TextTable, TextValue } from '../../model/table.ts'
import { encodeColumn } from './arrow-column.ts'

/** @param metadata Goes into the schema: the job and the digest that its receipt states. */
export function toArrowStream(
  table: TextTable,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const columns = table.columns.map(({ name, type }, index) => {
    const data = encodeColumn(
      type,
      table.rows.map((row): TextValue => row[index] ?? null),
    )
    return { data, field: new Field(name, data.type, true, new Map([['engineType', type]])) }
  })
  const fields = columns.map(({ field }) => field)
  const children = columns.map(({ data }) => data)
  const data = makeData({ type: new Struct(fields), length: table.rows.length, children })
  const schema = new Schema(fields, new Map(Object.entries(metadata)))
  return tableToIPC(new Table([new RecordBatch(schema, data)]), 'stream')
}
