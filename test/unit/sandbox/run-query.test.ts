import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failureOf } from '../../../sandbox/failures.ts'
import { withConnection } from '../../../sandbox/lockdown.ts'
import { decodeRows, FRAME } from '../../../sandbox/protocol.ts'
import { runQuery, typeSalt } from '../../../sandbox/run-query.ts'
import { Work } from '../../../sandbox/work.ts'

let instance: DuckDBInstance

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
  await withConnection(instance, (connection) =>
    connection.run("CREATE TABLE t AS SELECT i, 'text ' || i AS s FROM range(5000) r(i)"),
  )
})

afterAll(() => instance.closeSync())

/** Runs a query and returns what was sent, or the failure. */
async function answer(sql: string, maximumRows = 10_000, salt?: string) {
  const frames: { type: number; payload: Buffer }[] = []
  const line = {
    send(type: number, payload: Uint8Array) {
      frames.push({ type, payload: Buffer.from(payload) })
      return Promise.resolve()
    },
    signal: () => undefined,
  }
  const query = { sql, maximumRows, rules: { tables: new Set(['t']) } }
  const work = new Work(line)
  try {
    const salted = salt === undefined ? query : { ...query, salt }
    await work.step(instance, (connection) => runQuery(connection, salted, work))
  } catch (error) {
    return failureOf(error)
  }
  const [head, ...batches] = frames
  const { columns } = JSON.parse(String(head?.payload)) as { columns: { name: string }[] }
  expect(batches.every(({ type }) => type === FRAME.rows)).toBe(true)
  return batches.flatMap(({ payload }) => decodeRows(payload, columns.length))
}

describe('runQuery', () => {
  it('sends every row, in order and in batches', async () => {
    const rows = await answer('SELECT i, s FROM t ORDER BY i')
    expect(rows).toHaveLength(5000)
    expect(rows[4999]).toEqual(['4999', 'text 4999'])
  })

  it('stops at the first row beyond the limit', async () => {
    expect(await answer('SELECT i FROM t', 5000)).toHaveLength(5000)
    expect(await answer('SELECT i FROM t', 4999)).toBe('output_limit')
  })

  it('refuses a value that no frame holds', async () => {
    const sql = "SELECT rpad('x', 4000000, 'x') AS a FROM t LIMIT 1"
    expect(await answer(sql)).toBe('output_limit')
  })

  it('binds the salt, and only the salt', async () => {
    expect(await answer('SELECT $salt AS a', 1, 'pepper')).toEqual([['pepper']])
    expect(await answer('SELECT $salt AS a', 1)).toBe('invalid_query')
    expect(await answer('SELECT $other AS a', 1, 'pepper')).toBe('invalid_query')
    expect(await answer('SELECT $1 AS a', 1, 'pepper')).toBe('invalid_query')
  })

  it.each([
    { value: '-0.0::DOUBLE', text: '0' },
    { value: '1e21::DOUBLE', text: '1e+21' },
    { value: '0.1::DOUBLE + 0.2', text: '0.30000000000000004' },
    { value: '(-5)::DECIMAL(38,2)', text: '-5.00' },
    { value: '(2::HUGEINT ** 100)::HUGEINT', text: '1267650600228229401496703205376' },
    { value: "TIMESTAMP '2020-01-02 03:04:05'", text: '2020-01-02 03:04:05' },
    { value: 'NULL::DATE', text: null },
  ])('writes $value as $text', async ({ value, text }) => {
    expect(await answer(`SELECT ${value} AS a`)).toEqual([[text]])
  })

  it('refuses types without canonical text', async () => {
    for (const value of ['[1]', "{'a': 1}", "'x'::BLOB", "'1'::BIT"])
      expect(await answer(`SELECT ${value} AS a`)).toBe('invalid_query')
  })
})

describe('typeSalt', () => {
  it('leaves text, names and other parameters as they are', () => {
    const sql = `SELECT '$salt', 'it''s $salt', "$salt", $salty, $salt||$salt`
    const salt = 'CAST($salt AS VARCHAR)'
    expect(typeSalt(sql)).toBe(`SELECT '$salt', 'it''s $salt', "$salt", $salty, ${salt}||${salt}`)
  })
})
