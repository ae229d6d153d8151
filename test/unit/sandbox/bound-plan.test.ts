import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ALLOWED_FUNCTIONS } from '../../../sandbox/allowed-functions.ts'
import { checkBoundPlan } from '../../../sandbox/bound-plan.ts'
import { failureOf } from '../../../sandbox/failures.ts'
import { withConnection } from '../../../sandbox/lockdown.ts'

let instance: DuckDBInstance

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
  await withConnection(instance, async (connection) => {
    await connection.run('CREATE TABLE t (a INTEGER, b VARCHAR, c DECIMAL(10,2), d DATE)')
    await connection.run('CREATE TABLE u (a INTEGER)')
    await connection.run('CREATE TABLE hidden (a INTEGER)')
    await connection.run('CREATE VIEW peek AS SELECT * FROM hidden')
    await connection.run('CREATE MACRO sneak() AS (SELECT max(a) FROM hidden)')
    await connection.run('CREATE SCHEMA other; CREATE TABLE other.t (a INTEGER)')
  })
})

afterAll(() => instance.closeSync())

async function check(sql: string, functions?: ReadonlySet<string>): Promise<string> {
  const rules = { tables: new Set(['t', 'u']), ...(functions === undefined ? {} : { functions }) }
  try {
    await withConnection(instance, (connection) => checkBoundPlan(connection, sql, rules))
    return 'allowed'
  } catch (error) {
    return failureOf(error)
  }
}

describe('checkBoundPlan', () => {
  it.each([
    'SELECT a, count(*) AS n, sum(CAST(round(c / 0.01) AS BIGINT)) AS s FROM t GROUP BY ALL',
    'SELECT count(DISTINCT a) FILTER (WHERE b LIKE $salt) FROM t WHERE a IN (SELECT a FROM u)',
    'WITH x AS (SELECT *, row_number() OVER (PARTITION BY a ORDER BY hash(b, $salt)) AS r FROM t) SELECT count(*) FROM x WHERE r <= 5',
    'SELECT sum(count(*)) OVER () FROM t GROUP BY a',
    'SELECT a FROM t UNION ALL SELECT a FROM u EXCEPT SELECT 1 ORDER BY a LIMIT 5',
    "SELECT date_trunc('month', d) AS m, b[1:4] || '00' FROM t JOIN u USING (a)",
    'SELECT max(x.n) FROM (SELECT count(*) AS n FROM t LEFT JOIN u ON t.a < u.a GROUP BY t.a) x',
    'SELECT CASE WHEN a IS NULL THEN 0 ELSE coalesce(a, 1) END FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)',
  ])('allows %s', async (sql) => {
    expect(await check(sql, ALLOWED_FUNCTIONS)).toBe('allowed')
  })

  it.each([
    { why: 'another table', sql: 'SELECT * FROM hidden' },
    { why: 'another table behind a view', sql: 'SELECT * FROM peek' },
    { why: 'another table behind a macro', sql: 'SELECT sneak()' },
    { why: 'another table inside a subquery', sql: 'SELECT (SELECT max(a) FROM hidden) FROM t' },
    { why: 'a table of another schema', sql: 'SELECT * FROM other.t' },
    { why: 'the catalog', sql: 'SELECT * FROM duckdb_tables()' },
    { why: 'the information schema', sql: 'SELECT * FROM information_schema.tables' },
    { why: 'statistics', sql: "SELECT * FROM pragma_storage_info('t')" },
    { why: 'rows from nowhere', sql: 'SELECT * FROM range(10)' },
    { why: 'logging', sql: 'SELECT * FROM enable_logging()' },
    { why: 'SQL in a string', sql: "SELECT * FROM query('SELECT * FROM hidden')" },
    { why: 'a sample', sql: 'SELECT * FROM t USING SAMPLE 10%' },
    {
      why: 'recursion',
      sql: 'WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i FROM r) FROM r',
    },
    { why: 'a change', sql: 'INSERT INTO t (a) VALUES (1)' },
    { why: 'a new table', sql: 'CREATE TABLE x AS SELECT * FROM t' },
    { why: 'nonsense', sql: 'SELEC 1' },
  ])('refuses $why, whatever functions are allowed', async ({ sql }) => {
    expect(await check(sql)).toBe('invalid_query')
  })

  it.each([
    'SELECT list(b) FROM t',
    'SELECT list(b) OVER () FROM t',
    'SELECT first_value(b) OVER () FROM t',
    'SELECT string_agg(b, $salt) FROM t',
    'SELECT any_value(b) FROM t',
    'SELECT arg_max(b, a) FROM t',
    'SELECT quantile_cont(a, 0.5) FROM t',
    'SELECT repeat(b, 1000000) FROM t',
    'SELECT error(b) FROM t',
    'SELECT stats(a) FROM t',
    "SELECT current_setting('threads') FROM t",
    'SELECT random() FROM t',
    'SELECT list_transform([a], lambda x: x + 1) FROM t',
    'SUMMARIZE t',
  ])('refuses the function in %s', async (sql) => {
    expect(await check(sql, ALLOWED_FUNCTIONS)).toBe('invalid_query')
  })
})
