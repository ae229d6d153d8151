/**
 * Privacy units as dense numbers. A unit keeps its number for the life of the dataset; new ones are
 * appended in the order of a keyed hash, so that a number tells nothing about the unit.
 */

import type { DuckDBConnection } from '@duckdb/node-api'
import type { Product } from './import-sources.ts'
import { quoteName } from './lockdown.ts'
import type { ImportTask } from './protocol.ts'
import { stageName } from './stage-table.ts'

/** Units with equal buckets are folded together by queries that need a cheap certificate. */
const BUCKETS = 64

/** The map of one unit in the attached database `units`: key, number, bucket. */
export function unitMap(unit: string): string {
  return `units.main.${quoteName(unit)}`
}

/** Extends the maps by every unit that the staged products mention. */
export async function numberUnits(
  connection: DuckDBConnection,
  products: readonly Product[],
  salts: ImportTask['salts'],
): Promise<readonly { readonly unit: string; readonly count: number }[]> {
  const units = [...new Set(products.flatMap((product) => product.units.map(({ unit }) => unit)))]
  const counts: { unit: string; count: number }[] = []
  for (const unit of units.toSorted()) {
    const map = unitMap(unit)
    await connection.run(
      `CREATE TABLE IF NOT EXISTS ${map} (key VARCHAR, number INTEGER, bucket UTINYINT)`,
    )
    await connection.run(appendNewUnits(products, unit), {
      unit: `${unit}:${salts.unit}`,
      bucket: `${unit}:${salts.bucket}`,
    })
    const answer = await connection.runAndReadAll(`SELECT count(*) FROM ${map}`)
    counts.push({ unit, count: Number(answer.getRows()[0]?.[0]) })
  }
  return counts
}

/** The salts have a fixed length, so that salt and key cannot be divided in two ways. */
function appendNewUnits(products: readonly Product[], unit: string): string {
  const map = unitMap(unit)
  const mentions = products.flatMap((product) =>
    product.units
      .filter((protectedUnit) => protectedUnit.unit === unit)
      .map(({ column }) => `SELECT ${unitKey(column)} AS key FROM ${stageName(product.id)}`),
  )
  return `INSERT INTO ${map}
    SELECT key,
      (SELECT count(*) FROM ${map}) + row_number() OVER (ORDER BY sha256($unit || key), key) - 1,
      CAST(md5_number_lower($bucket || key) % ${BUCKETS} AS UTINYINT)
    FROM (SELECT DISTINCT key FROM (${mentions.join(' UNION ALL ')})) AS mentioned
    WHERE key NOT IN (SELECT key FROM ${map})`
}

function unitKey(column: string): string {
  return `CAST(${quoteName(column)} AS VARCHAR)`
}
