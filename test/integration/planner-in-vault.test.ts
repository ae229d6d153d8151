/**
 * Goal: the vault's second look at a query never refuses what the planner generates.
 *
 * Method: the generated SQL of the planner's golden files is bound against empty tables of the
 * demo's products; each function that may touch protected rows has a name that the vault knows.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ALLOWED_FUNCTIONS } from '../../sandbox/allowed-functions.ts'
import { checkBoundPlan } from '../../sandbox/bound-plan.ts'
import { withConnection } from '../../sandbox/lockdown.ts'
import { typeSalt } from '../../sandbox/run-query.ts'
import { openPolicyFiles } from '../../src/adapters/policy-files.ts'
import { ROW_FUNCTION_NAMES } from '../../src/core/planner/row-functions.ts'

const ROOT = join(import.meta.dirname, '../..')
const VECTORS = join(ROOT, 'test/vectors/planner')
/** Spelled with brackets in SQL; the golden files use both. */
const SUBSCRIPTS = ['[]', '[:]']

let instance: DuckDBInstance
let tables: ReadonlySet<string>

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
  const { products } = (await openPolicyFiles(join(ROOT, 'policies'))).current()
  tables = new Set(products.keys())
  await withConnection(instance, async (connection) => {
    for (const { id, columns, units } of products.values()) {
      const declared = columns.map(({ name, type }) => `${name} ${type}`)
      const derived = units.flatMap(({ unit }) => [
        `__unit_${unit} INTEGER`,
        `__bucket_${unit} UTINYINT`,
        `__ordinal_${unit} INTEGER`,
      ])
      await connection.run(`CREATE TABLE ${id} (${[...declared, ...derived].join(', ')})`)
    }
  })
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
