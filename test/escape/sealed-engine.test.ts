/**
 * Goal: SQL inside a sealed engine reaches its one database and nothing else, even if a statement
 * that no planner would admit got through to it.
 *
 * Method: every vector of the engine that reads, writes, loads or changes settings, run on a sealed
 * engine and, as negative control, on an engine as it comes.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openForLoading, openSealed, withConnection } from '../../sandbox/lockdown.ts'
import { createScratch } from '../support/scratch.ts'

const scratch = createScratch()
const at = (name: string) => join(scratch.folder, name)
const LIMITS = { threads: 2, memoryMiB: 256 }

let sealed: DuckDBInstance
let open: DuckDBInstance

beforeAll(async () => {
  writeFileSync(at('outside.csv'), 'a,b\n1,2\n')
  mkdirSync(at('export'))
  for (const name of ['snapshot.duckdb', 'unsealed.duckdb', 'other.duckdb']) {
    const instance = await DuckDBInstance.create(at(name))
    await withConnection(instance, (connection) =>
      connection.run('CREATE TABLE t AS SELECT 1 AS a'),
    )
    instance.closeSync()
  }
  sealed = await openSealed(at('snapshot.duckdb'), LIMITS)
  open = await DuckDBInstance.create(at('unsealed.duckdb'))
})

afterAll(() => {
  sealed.closeSync()
  open.closeSync()
  scratch.remove()
})

async function outcome(instance: DuckDBInstance, sql: string): Promise<'ran' | 'refused'> {
  try {
    await withConnection(instance, (connection) => connection.run(sql))
    return 'ran'
  } catch {
    return 'refused'
  }
}

describe('a sealed engine', () => {
  it('still reads its own database', async () => {
    expect(await outcome(sealed, 'SELECT sum(a) FROM t')).toBe('ran')
  })

  it.each([
    `SELECT * FROM read_csv('${at('outside.csv')}')`,
    `SELECT * FROM read_text('${at('outside.csv')}')`,
    `SELECT * FROM read_blob('${at('outside.csv')}')`,
    `SELECT * FROM '${at('outside.csv')}'`,
    `SELECT * FROM glob('${at('*')}') WHERE error(file) IS NULL`,
    `SELECT * FROM sniff_csv('${at('outside.csv')}')`,
    `COPY (SELECT 1) TO '${at('copied.csv')}'`,
    `EXPORT DATABASE '${at('export')}'`,
    `ATTACH '${at('other.duckdb')}' AS other`,
    `ATTACH '${at('created.duckdb')}' AS created`,
    "SET memory_limit = '100GB'",
    'SET threads = 8',
    "SET temp_directory = '/tmp'",
    'SET enable_external_access = true',
    "SET allowed_configs = ['threads']",
    'RESET threads',
    'CREATE TABLE x AS SELECT 1',
    'INSERT INTO t VALUES (2)',
    'DROP TABLE t',
  ])('refuses %s', async (sql) => {
    expect(await outcome(sealed, sql)).toBe('refused')
  })

  it.each([
    `SELECT * FROM read_text('${at('outside.csv')}')`,
    `COPY (SELECT 1) TO '${at('copied.csv')}'`,
    `ATTACH '${at('other.duckdb')}' AS other`,
    'SET threads = 2',
    'INSERT INTO t VALUES (2)',
  ])('an engine as it comes runs %s', async (sql) => {
    expect(await outcome(open, sql)).toBe('ran')
  })

  it('cannot read or overwrite the file of its own database', async () => {
    const own = at('snapshot.duckdb')
    expect(await outcome(sealed, `SELECT size FROM read_blob('${own}')`)).toBe('refused')
    expect(await outcome(sealed, `COPY (SELECT 1) TO '${own}.wal'`)).toBe('refused')
    // Without `disabled_filesystems` it can: the engine allows every path that it has attached.
    const limited = await DuckDBInstance.create(own, {
      access_mode: 'READ_ONLY',
      enable_external_access: 'false',
    })
    expect(await outcome(limited, `SELECT size FROM read_blob('${own}')`)).toBe('ran')
    limited.closeSync()
  })

  it('loads no extension', async () => {
    expect(await outcome(sealed, 'INSTALL httpfs')).toBe('refused')
    expect(await outcome(sealed, `LOAD '${at('evil.duckdb_extension')}'`)).toBe('refused')
  })

  it('keeps to its memory and spills nothing to disk', async () => {
    const sql = 'SELECT count(*) FROM (SELECT DISTINCT i, i::VARCHAR FROM range(30000000) r(i))'
    expect(await outcome(sealed, sql)).toBe('refused')
    expect(await outcome(sealed, 'SELECT sum(a) FROM t')).toBe('ran')
  })

  it('lets a connection report its progress, and change nothing else', async () => {
    expect(await outcome(sealed, 'SET enable_progress_bar = true')).toBe('ran')
    expect(await outcome(sealed, "SET enable_profiling = 'json'")).toBe('refused')
  })
})

describe('an engine for loading', () => {
  it('reads the given files and writes below its folder only', async () => {
    const folder = at('export')
    const reach = { folder, files: [at('outside.csv')] }
    const instance = await openForLoading(':memory:', reach, LIMITS)
    const run = (sql: string) => outcome(instance, sql)
    expect(await run(`SELECT * FROM read_csv('${at('outside.csv')}')`)).toBe('ran')
    expect(await run(`ATTACH '${folder}/data.duckdb' AS data`)).toBe('ran')
    expect(await run(`ATTACH '${at('other.duckdb')}' AS other`)).toBe('refused')
    expect(await run(`COPY (SELECT 1) TO '${at('elsewhere.csv')}'`)).toBe('refused')
    expect(await run("SELECT * FROM read_text('/etc/hostname')")).toBe('refused')
    expect(await run('SET enable_external_access = true')).toBe('refused')
    instance.closeSync()
  })
})
