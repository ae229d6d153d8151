/**
 * Goal: the vault's second look at a query never refuses what the planner generates.
 *
 * Method: the generated SQL of the planner's golden files is bound against the demo province; each
 * function that may touch protected rows has a name that the vault knows.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ALLOWED_FUNCTIONS } from '../../sandbox/allowed-functions.ts'
import { checkBoundPlan } from '../../sandbox/bound-plan.ts'
import { withConnection } from '../../sandbox/lockdown.ts'
import { typeSalt } from '../../sandbox/run-query.ts'
import { ROW_FUNCTION_NAMES } from '../../src/core/planner/row-functions.ts'

const VECTORS = join(import.meta.dirname, '../vectors/planner')
/** Spelled with brackets in SQL; the golden files use both. */
const SUBSCRIPTS = ['[]', '[:]']

let instance: DuckDBInstance
let tables: ReadonlySet<string>

beforeAll(async () => {
  const snapshots = join(inject('provinceHome'), 'snapshots')
  const file = readdirSync(snapshots, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith('data.duckdb'),
  )
  instance = await DuckDBInstance.create(join(snapshots, file ?? ''), { access_mode: 'READ_ONLY' })
  const names = await withConnection(instance, (connection) =>
    connection.runAndReadAll('SELECT table_name FROM duckdb_tables()'),
  )
  tables = new Set(names.getRows().map(([name]) => String(name)))
})

afterAll(() => instance.closeSync())

/** The SQL between `-- for each <unit>` and the next comment. */
function vaultQueries(text: string): readonly string[] {
  return [...text.matchAll(/^-- for each .*\n((?:(?!--).*\n)+)/gm)].map(([, sql = '']) => sql)
}

describe('what the planner generates', () => {
  const planned = readdirSync(VECTORS).filter((name) => !name.startsWith('refused'))

  it.each(planned)('is allowed: %s', async (name) => {
    const queries = vaultQueries(readFileSync(join(VECTORS, name), 'utf8'))
    expect(queries.length).toBeGreaterThan(0)
    for (const sql of queries) {
      const check = withConnection(instance, (connection) =>
        checkBoundPlan(connection, typeSalt(sql), { tables, functions: ALLOWED_FUNCTIONS }),
      )
      await expect(check).resolves.toBeUndefined()
    }
  })

  it('calls only functions that the vault knows', () => {
    const names = [...ROW_FUNCTION_NAMES].filter((name) => !SUBSCRIPTS.includes(name))
    expect(names.filter((name) => !ALLOWED_FUNCTIONS.has(name))).toEqual([])
  })
})
