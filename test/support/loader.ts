/** The loader's work without its process. */

import { copyFileSync, existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { importSnapshot } from '../../sandbox/load-snapshot.ts'
import { withConnection } from '../../sandbox/lockdown.ts'
import type { ImportReport, ImportTask } from '../../sandbox/protocol.ts'
import { Work } from '../../sandbox/work.ts'
import type { DataProduct } from '../../src/model/data-product.ts'
import { PRODUCTS } from './dataset.ts'

const SALTS = { row: 'r'.repeat(64), unit: 'u'.repeat(64), bucket: 'b'.repeat(64) }
const SILENT = { send: () => Promise.resolve(), signal: () => undefined }

export interface LoadOptions {
  readonly products?: readonly DataProduct[]
  readonly salts?: ImportTask['salts']
  /** Folder of an earlier load, whose unit numbers are continued. */
  readonly after?: string
  readonly threads?: number
}

export interface Loaded {
  readonly folder: string
  readonly report: ImportReport
  rows(sql: string): Promise<unknown[][]>
}

/** Imports into a new folder below `parent`. */
export async function load(
  parent: string,
  sources: readonly ImportTask['sources'][number][],
  { products = PRODUCTS, salts = SALTS, after, threads = 1 }: LoadOptions = {},
): Promise<Loaded> {
  const folder = mkdtempSync(join(parent, 'import-'))
  if (after !== undefined) copyFileSync(`${after}/units.duckdb`, `${folder}/units.duckdb`)
  const opening = { kind: 'loader', path: folder, threads, memoryMiB: 512 } as const
  const description = JSON.stringify({ products, sources, salts })
  const report = await importSnapshot(opening, description, new Work(SILENT))
  return { folder, report, rows: (sql) => rowsOf(`${folder}/data.duckdb`, sql) }
}

export async function rowsOf(file: string, sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
  try {
    return await withConnection(instance, async (connection) => {
      const reader = await connection.runAndReadAll(sql)
      return reader.getRowsJson() as unknown[][]
    })
  } finally {
    instance.closeSync()
  }
}

/** A source file made by the engine itself; in a database the statements make the tables. */
export async function makeSource(path: string, sql: string): Promise<string> {
  const isDatabase = path.endsWith('.duckdb')
  if (isDatabase && existsSync(path)) throw new Error('the file exists')
  const instance = await DuckDBInstance.create(isDatabase ? path : ':memory:')
  await withConnection(instance, (connection) =>
    connection.run(isDatabase ? sql : `COPY (${sql}) TO '${path}'`),
  )
  instance.closeSync()
  return path
}
