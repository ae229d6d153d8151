import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Confidential, reveal } from '../../src/model/confidential.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { ReleasedTable, TextTable } from '../../src/model/table.ts'
import type { WorkControl, WorkerAnswer, Workers } from '../../src/pipeline/ports.ts'
import { createTown, SECRET, type Town } from '../support/dataset.ts'

let town: Town
let workers: Workers
let snapshot: Snapshot

beforeAll(async () => {
  town = await createTown()
  ;({ workers, snapshot } = await town.open())
})

afterAll(() => town.close())

/** Joins more rows than any machine counts within a test. */
const ENDLESS =
  'SELECT count(*) AS n FROM wages a, wages b, wages c, wages d WHERE a.amount > b.amount'

function compute(
  queries: readonly string[],
  options: { tenant?: string; maximumRows?: number; salt?: string } = {},
  control?: WorkControl,
): Promise<WorkerAnswer<Confidential<readonly TextTable[]>>> {
  const { tenant = 'a', maximumRows = 1000, salt = 'salt' } = options
  return workers.computeCells(
    {
      snapshot,
      tenant,
      minimumIsolation: 1,
      tables: ['people', 'wages'],
      queries,
      salt,
      maximumRows,
    },
    control,
  )
}

async function rowsOf(...queries: readonly string[]): Promise<unknown> {
  const answer = await compute(queries)
  return answer.ok ? reveal(answer.value).map(({ rows }) => rows) : answer
}

describe('parse', () => {
  it('answers with the tree of the engine', async () => {
    const answer = await workers.parse('SELECT 9007199254740993 AS n')
    expect(answer.ok && answer.value).toContain('"value":9007199254740993')
  })

  it('answers with an error tree for what is not a SELECT, and runs nothing', async () => {
    const answer = await workers.parse('CREATE TABLE t AS SELECT 1')
    expect(answer.ok && JSON.parse(answer.value)).toMatchObject({ error: true })
  })

  it('refuses more than 64 KiB', async () => {
    const statement = (length: number) => `SELECT ${'1'.repeat(length - 7)}`
    expect(await workers.parse(statement(65_537))).toEqual({ ok: false, failure: 'invalid_query' })
    expect(await workers.parse(statement(65_536))).toMatchObject({ ok: true })
  })

  it('answers many statements at once, each its own', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `column_${index}`)
    const answers = await Promise.all(names.map((name) => workers.parse(`SELECT 1 AS ${name}`)))
    for (const [index, answer] of answers.entries())
      expect(answer.ok && answer.value).toContain(`"alias":"column_${index}"`)
  })
})

describe('computeCells', () => {
  it('answers each query with one confidential table of canonical text', async () => {
    const answer = await compute([
      'SELECT sex AS k0, count(*) AS rows, count(DISTINCT __unit_person) AS units FROM people GROUP BY ALL ORDER BY 1',
      "SELECT true AS b, DATE '2020-01-02' AS d, 1.50 AS e, 0.1::DOUBLE + 0.2 AS f, NULL AS n, sum(month) AS s FROM wages",
    ])
    expect(JSON.stringify(answer)).toBe('{"ok":true,"value":"[confidential]"}')
    expect(answer.ok && reveal(answer.value)).toEqual([
      {
        columns: [
          { name: 'k0', type: 'VARCHAR' },
          { name: 'rows', type: 'BIGINT' },
          { name: 'units', type: 'BIGINT' },
        ],
        rows: [
          ['f', '100', '100'],
          ['m', '100', '100'],
        ],
      },
      {
        columns: [
          { name: 'b', type: 'BOOLEAN' },
          { name: 'd', type: 'DATE' },
          { name: 'e', type: 'DECIMAL(3,2)' },
          { name: 'f', type: 'DOUBLE' },
          { name: 'n', type: 'INTEGER' },
          { name: 's', type: 'HUGEINT' },
        ],
        rows: [['true', '2020-01-02', '1.50', '0.30000000000000004', null, '6484']],
      },
    ])
  })

  it('binds the salt wherever a query names it', async () => {
    const sql = `SELECT md5($salt || 'x') AS a, '$salt' AS b FROM people LIMIT 1`
    const [one, other] = await Promise.all([
      compute([sql], { salt: 'one' }),
      compute([sql], { salt: 'two' }),
    ])
    const row = (answer: typeof one) => answer.ok && reveal(answer.value)[0]?.rows[0]
    const digest = (salt: string) => createHash('md5').update(`${salt}x`).digest('hex')
    expect(row(one)).toEqual([digest('one'), '$salt'])
    expect(row(other)).toEqual([digest('two'), '$salt'])
  })

  it('keeps nothing between queries on one worker', async () => {
    expect(await rowsOf('SELECT count(*) FROM people')).toEqual([[['200']]])
    expect(await compute(['SET VARIABLE x = 1'])).toEqual({ ok: false, failure: 'invalid_query' })
    expect(await compute(['CREATE TEMP TABLE people AS SELECT 1'])).toEqual({
      ok: false,
      failure: 'invalid_query',
    })
    expect(await rowsOf('SELECT count(*) FROM people')).toEqual([[['200']]])
  })

  it.each([
    { why: 'more rows than ordered', sql: 'SELECT id FROM wages', failure: 'output_limit' },
    { why: 'two statements', sql: 'SELECT 1; SELECT 2', failure: 'invalid_query' },
    { why: 'a table of no product', sql: 'SELECT 1 FROM nothing', failure: 'invalid_query' },
    { why: 'another parameter', sql: 'SELECT $pepper', failure: 'invalid_query' },
    {
      why: 'nested values',
      sql: 'SELECT count(*) AS n, [1] FROM people',
      failure: 'invalid_query',
    },
    {
      why: 'a value that cannot be cast',
      sql: 'SELECT CAST(note AS INTEGER) FROM people',
      failure: 'query_failed',
    },
    {
      why: 'an overflow',
      sql: 'SELECT CAST(amount * 1e300 AS INTEGER) FROM wages',
      failure: 'query_failed',
    },
  ])('fails on $why with a code and no word of the engine', async ({ sql, failure }) => {
    const answer = await compute([sql], { maximumRows: 999 })
    expect(answer).toEqual({ ok: false, failure })
    expect(JSON.stringify(answer)).not.toContain(SECRET)
  })

  it('refuses a policy that demands more isolation than there is', async () => {
    const work = { snapshot, tenant: 'a', tables: [], queries: [], salt: '', maximumRows: 1 }
    expect(await workers.computeCells({ ...work, minimumIsolation: 2 })).toEqual({
      ok: false,
      failure: 'isolation_unavailable',
    })
  })

  it('stops within 200 ms when it is cancelled, and goes on working', async () => {
    await rowsOf('SELECT count(*) FROM people')
    const controller = new AbortController()
    const answer = compute([ENDLESS], {}, { signal: controller.signal })
    await new Promise((resolve) => setTimeout(resolve, 400))
    const start = performance.now()
    controller.abort()
    expect(await answer).toEqual({ ok: false, failure: 'cancelled' })
    expect(performance.now() - start).toBeLessThan(200)
    expect(await rowsOf('SELECT count(*) FROM people')).toEqual([[['200']]])
  })

  it('does not start what was cancelled while it waited', async () => {
    const running = new AbortController()
    const waiting = new AbortController()
    const first = compute([ENDLESS], {}, { signal: running.signal })
    const second = compute(['SELECT count(*) FROM people'], {}, { signal: waiting.signal })
    waiting.abort()
    expect(await second).toEqual({ ok: false, failure: 'cancelled' })
    running.abort()
    expect(await first).toEqual({ ok: false, failure: 'cancelled' })
    const aborted = AbortSignal.abort()
    expect(await compute(['SELECT 1'], {}, { signal: aborted })).toMatchObject({ ok: false })
  })

  it('reports progress', async () => {
    const percents: number[] = []
    const controller = new AbortController()
    const control = { signal: controller.signal, onProgress: (at: number) => percents.push(at) }
    const answer = compute(['SELECT count(*) FROM people', ENDLESS], {}, control)
    await new Promise((resolve) => setTimeout(resolve, 700))
    controller.abort()
    await answer
    expect(percents.length).toBeGreaterThan(0)
    expect(percents.every((percent) => percent >= 50 && percent <= 100)).toBe(true)
  })
})

describe('postProcess', () => {
  const table: ReleasedTable = {
    name: 'released_0',
    columns: [
      { name: 'k0', type: 'VARCHAR' },
      { name: 'n', type: 'BIGINT' },
      { name: 's', type: 'DECIMAL(38,2)' },
      { name: 'a "quoted" name', type: 'DOUBLE' },
    ],
    rows: [
      ['北', '3', '12345678901234567890.12', '0.1'],
      [null, '1', '-0.50', null],
      ['south', null, null, '1e+300'],
    ],
  }

  function post(sql: string, options: { tables?: readonly ReleasedTable[] } = {}) {
    const { tables = [table] } = options
    return workers.postProcess({
      tenant: 'a',
      minimumIsolation: 1,
      tables,
      sql,
      maximumRows: 10,
    })
  }

  it('returns released values unchanged, in order', async () => {
    const answer = await post('SELECT * FROM released_0')
    expect(answer).toEqual({ ok: true, value: { columns: table.columns, rows: table.rows } })
  })

  it("runs the operator's windows, joins and expressions", async () => {
    const sql = `SELECT k0, a.n * 2 AS twice, rank() OVER (ORDER BY b.s DESC NULLS LAST) AS place
      FROM released_0 a JOIN released_1 b USING (k0) ORDER BY k0`
    const other = { ...table, name: 'released_1' }
    expect(await post(sql, { tables: [table, other] })).toMatchObject({
      ok: true,
      value: {
        rows: [
          ['south', null, '2'],
          ['北', '6', '1'],
        ],
      },
    })
  })

  it('forgets each order before the next', async () => {
    expect(await post('SELECT count(*) AS n FROM released_0')).toMatchObject({ ok: true })
    const later = await post('SELECT count(*) AS n FROM released_0', { tables: [] })
    expect(later).toEqual({ ok: false, failure: 'invalid_query' })
  })

  it.each([
    "SELECT * FROM read_text('/etc/hostname')",
    'SELECT * FROM enable_logging()',
    'SELECT * FROM duckdb_settings()',
    'SELECT * FROM range(3)',
    "SELECT * FROM query('SELECT * FROM duckdb_settings()')",
    'SUMMARIZE duckdb_settings()',
    'CREATE TABLE x AS SELECT 1',
    'SET threads = 1',
    'SELECT 1; SELECT 2',
  ])('refuses %s', async (sql) => {
    expect(await post(sql)).toEqual({ ok: false, failure: 'invalid_query' })
  })

  it('says only a code when the query fails on a value', async () => {
    expect(await post('SELECT CAST(k0 AS INTEGER) AS n FROM released_0')).toEqual({
      ok: false,
      failure: 'query_failed',
    })
  })
})
