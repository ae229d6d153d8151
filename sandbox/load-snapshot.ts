/** The work of a loader: turns source files into the two databases of a snapshot. */

import { rmSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { findTables, SourceRefused } from './import-sources.ts'
import { NO_FILE, openForLoading, quoteText, spillFolder } from './lockdown.ts'
import { numberUnits } from './number-units.ts'
import type { ImportReport, ImportTask, Opening } from './protocol.ts'
import { stageTable } from './stage-table.ts'
import type { Work } from './work.ts'
import { writeTable } from './write-table.ts'

/**
 * Writes `data.duckdb` into the loader's folder, and `units.duckdb`, which it extends where the
 * folder already holds one. A refused source leaves both unfinished; the caller discards them.
 */
export async function importSnapshot(
  opening: Opening,
  description: string,
  work: Work,
): Promise<ImportReport> {
  const task = JSON.parse(description) as ImportTask
  const files = task.sources.map(({ path }) => path)
  const instance = await openForLoading(NO_FILE, { folder: opening.path, files }, opening)
  try {
    return await work.step(instance, (connection) => fill(connection, opening.path, task))
  } catch (error) {
    if (error instanceof SourceRefused) return { fault: error.fault }
    throw error
  } finally {
    instance.closeSync()
    // What spilled is raw data, and no part of the snapshot.
    rmSync(spillFolder(opening.path), { recursive: true, force: true })
  }
}

async function fill(
  connection: DuckDBConnection,
  folder: string,
  task: ImportTask,
): Promise<ImportReport> {
  await connection.run(`ATTACH ${quoteText(`${folder}/data.duckdb`)} AS data`)
  await connection.run(`ATTACH ${quoteText(`${folder}/units.duckdb`)} AS units`)
  const found = await findTables(connection, task)
  for (const table of found) await stageTable(connection, table)
  const products = found.map(({ product }) => product)
  const units = await numberUnits(connection, products, task.salts)
  const tables: Awaited<ReturnType<typeof writeTable>>[] = []
  for (const product of products) tables.push(await writeTable(connection, product, task.salts.row))
  for (const database of ['data', 'units']) {
    await connection.run(`CHECKPOINT ${database}`)
    await connection.run(`DETACH ${database}`)
  }
  return { tables, units }
}

/** Runs statements in a new database file; they may read and write only the loader's folder. */
export async function buildDatabase(
  opening: Opening,
  { name, sql }: { readonly name: string; readonly sql: string },
  work: Work,
): Promise<void> {
  const reach = { folder: opening.path, files: [] }
  const instance = await openForLoading(`${opening.path}/${name}`, reach, opening)
  try {
    await work.step(instance, async (connection) => {
      const statements = await connection.extractStatements(sql)
      for (let index = 0; index < statements.count; index += 1)
        await (await statements.prepare(index)).run()
      await connection.run('CHECKPOINT')
    })
  } finally {
    instance.closeSync()
  }
}
