/** Engine values as text, one spelling per value, so that equal results have equal bytes. */

import { type DuckDBType, DuckDBTypeId, type DuckDBValue } from '@duckdb/node-api'
import { WorkFailure } from './failures.ts'

/** Scalars only: nested values have no one spelling, and blobs are not text. */
const SCALARS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.SQLNULL,
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIME,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.INTERVAL,
  DuckDBTypeId.UUID,
])

/** @throws {WorkFailure} `invalid_query` for a type without canonical text. */
export function checkTextual(types: readonly DuckDBType[]): void {
  if (!types.every((type) => SCALARS.has(type.typeId))) throw new WorkFailure('invalid_query')
}

/**
 * Integers and decimals in plain digits, doubles in their shortest form that reads back the same
 * (negative zero as `0`), dates as ISO 8601, booleans as `true` and `false`.
 */
export function canonicalText(value: DuckDBValue): string | null {
  return value === null ? null : String(value)
}
