/**
 * Final tables of a snapshot: the declared columns, and per unit its number, bucket and an ordinal
 * among the unit's rows. All three are functions of the rows and the dataset's secrets, so that the
 * order in which a file lists its rows changes nothing.
 */

import { createHash } from 'node:crypto'
import type { DuckDBBlobValue, DuckDBConnection } from '@duckdb/node-api'
import type { Product } from './import-sources.ts'
import { quoteName } from './lockdown.ts'
import { unitMap } from './number-units.ts'
import { stageName } from './stage-table.ts'

/** Replaces a staged table by the final one in the attached database `data`. */
export async function writeTable(
  connection: DuckDBConnection,
  product: Product,
  rowSalt: string,
): Promise<{ readonly product: string; readonly rows: number; readonly content: string }> {
  const { id } = product
  await connection.run(
    `CREATE TABLE hashed AS
     SELECT *, unhex(sha256($salt || ${rowText(product)})) AS __hash FROM ${stageName(id)}
     ORDER BY __hash`,
    { salt: rowSalt },
  )
  await connection.run(`DROP TABLE ${stageName(id)}`)
  await connection.run(finalTable(product))
  const digest = await digestRows(connection)
  await connection.run('DROP TABLE hashed')
  return { product: id, ...digest }
}

/** Every value with its length in front, so that no two rows share a text. */
function rowText({ columns }: Product): string {
  const values = columns.map(({ name }) => {
    const text = `CAST(${quoteName(name)} AS VARCHAR)`
    return `coalesce(length(${text}) || ':' || ${text}, '-')`
  })
  return values.join(' || ')
}

/** Row ids follow the hashes, so they order the rows of every unit alike, equal rows included. */
function finalTable({ id, columns, units }: Product): string {
  const declared = columns.map(({ name }) => `hashed.${quoteName(name)}`)
  const derived = units.flatMap(({ unit }) => [
    `${mapName(unit)}.number AS ${quoteName(`__unit_${unit}`)}`,
    `${mapName(unit)}.bucket AS ${quoteName(`__bucket_${unit}`)}`,
    `CAST(row_number() OVER (PARTITION BY ${mapName(unit)}.number ORDER BY hashed.rowid)
       AS INTEGER) AS ${quoteName(`__ordinal_${unit}`)}`,
  ])
  const joins = units.map(
    ({ unit, column }) =>
      `JOIN ${unitMap(unit)} AS ${mapName(unit)}
       ON ${mapName(unit)}.key = CAST(hashed.${quoteName(column)} AS VARCHAR)`,
  )
  const main = units[0]?.unit
  const order = main === undefined ? [] : [quoteName(`__unit_${main}`)]
  return `CREATE TABLE data.main.${quoteName(id)} AS
    SELECT ${[...declared, ...derived].join(', ')} FROM hashed ${joins.join(' ')}
    ORDER BY ${[...order, 'hashed.rowid'].join(', ')}`
}

function mapName(unit: string): string {
  return quoteName(`map_${unit}`)
}

/**
 * SHA-256 over the sorted salted row hashes: equal for equal rows in any order, different with
 * anything added, lost, changed or doubled, and no oracle for who does not hold the salt.
 */
async function digestRows(
  connection: DuckDBConnection,
): Promise<{ readonly rows: number; readonly content: string }> {
  const digest = createHash('sha256')
  const result = await connection.stream('SELECT __hash FROM hashed ORDER BY rowid')
  let rows = 0
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return { rows, content: digest.digest('hex') }
    rows += chunk.rowCount
    for (const [hash] of chunk.getRows()) digest.update((hash as DuckDBBlobValue).bytes)
  }
}
