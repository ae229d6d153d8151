/**
 * The `Importer` port: a loader process fills a new folder, a vault process counts what it wrote,
 * and only then does the folder become a snapshot. The gateway itself never opens a row.
 */

import { accessSync, constants, statSync } from 'node:fs'
import { chmod, chown, copyFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import type { ImportTask } from '../../sandbox/protocol.ts'
import { decline, ok, type Result } from '../model/result.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Importer, ImportOrder, WorkControl } from '../pipeline/ports.ts'
import { deriveSalts } from './dataset-keys.ts'
import { type LoadedTables, manifestOf, parseLoaderReport } from './import-manifest.ts'
import {
  declineEmpty,
  declineFailure,
  declineFault,
  declineImport,
  declineMissing,
  declineNoFile,
  declineUnreadable,
  IMPORT_PROBLEMS,
} from './import-problems.ts'
import { DATA_FILE, describeFile, type SnapshotFiles, UNITS_FILE } from './snapshot-files.ts'
import { startWorker, type WorkerProgram } from './start-worker.ts'
import { findClosed, IsolationUnavailable } from './worker-launch.ts'
import { encodeOrder, type WorkerLimits } from './worker-process.ts'

export interface ImporterOptions extends WorkerProgram {
  readonly snapshots: SnapshotFiles
  /** Folder of the dataset keys. */
  readonly keys: string
  readonly settings?: Partial<ImporterSettings>
}

interface ImporterSettings extends WorkerLimits {
  readonly threads: number
  readonly memoryMiB: number
}

const DEFAULTS: ImporterSettings = {
  threads: 2,
  memoryMiB: 2048,
  startMs: 20_000,
  wallMs: 3_600_000,
  idleMs: 60_000,
  outputBytes: 64 * 1024 * 1024,
  cpuSeconds: 4 * 3600,
}

/** Formats by the ending of a file's name. */
const FORMATS: Readonly<Record<string, 'csv' | 'parquet' | 'duckdb'>> = {
  '.csv': 'csv',
  '.parquet': 'parquet',
  '.duckdb': 'duckdb',
  '.db': 'duckdb',
}

export function createSnapshotImporter(options: ImporterOptions): Importer {
  return new SnapshotImporter(options)
}

class SnapshotImporter implements Importer {
  readonly #options: ImporterOptions
  readonly #settings: ImporterSettings
  /** Imports run one after the other: each extends the unit numbers that the last one left. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: ImporterOptions) {
    this.#options = options
    this.#settings = { ...DEFAULTS, ...options.settings }
  }

  async import(order: ImportOrder, control: WorkControl = {}): Promise<Result<Snapshot>> {
    const result = this.#last.then(() => this.#import(order, control))
    this.#last = result.catch(() => undefined)
    return await result
  }

  async #import(order: ImportOrder, control: WorkControl): Promise<Result<Snapshot>> {
    const sources = this.#sources(order)
    if (!sources.ok) return sources
    const { snapshots } = this.#options
    const folder = await snapshots.createFolder(order.dataset)
    try {
      await this.#carryUnits(order.dataset, folder)
      const loaded = await this.#load(folder, await this.#task(order, sources.value), control)
      if (!loaded.ok) return loaded
      const { engine, report } = loaded.value
      const emptied = findEmptied(order, report)
      if (emptied !== undefined) return declineEmpty(emptied)
      const isWhole = await this.#hasCounts(folder, report)
      if (!isWhole) return declineImport(IMPORT_PROBLEMS.notVerified)
      const file = await describeFile(join(folder, DATA_FILE))
      return ok(await snapshots.publish(folder, manifestOf(order, report, { engine, file })))
    } catch (error) {
      if (error instanceof IsolationUnavailable)
        return decline('isolation-unavailable', { en: error.message, zh: '无法以隔离方式导入' })
      throw error
    } finally {
      // After publication the folder has another name, and this removes nothing.
      await snapshots.discard(folder)
    }
  }

  #sources(order: ImportOrder): Result<ImportTask['sources']> {
    const sources: ImportTask['sources'][number][] = []
    for (const { path: given, product } of order.sources) {
      // The loader runs in a folder of its own.
      const path = resolve(given)
      const format = FORMATS[extname(path).toLowerCase()]
      if (format === undefined) return declineImport(IMPORT_PROBLEMS.unknownFormat)
      if (format !== 'duckdb' && product === undefined)
        return declineImport(IMPORT_PROBLEMS.noProduct)
      const refused = this.#refuseUnreadable(path)
      if (refused !== undefined) return refused
      sources.push({ path, format, product })
    }
    const { base } = order
    if (base !== undefined)
      sources.push({ path: this.#options.snapshots.databaseFile(base), format: 'base' })
    return ok(sources)
  }

  #refuseUnreadable(path: string): Result<never> | undefined {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return declineMissing(path)
    if (!stats.isFile()) return declineNoFile(path)
    const { account } = this.#options.launcher
    const closed = account === undefined ? closedToUs(path) : findClosed(path, account)
    return closed === undefined ? undefined : declineUnreadable(path, closed)
  }

  async #task(order: ImportOrder, sources: ImportTask['sources']): Promise<ImportTask> {
    const products = order.products.map(({ id, columns, units }) => ({
      id,
      columns: columns.map(({ name, type, nullable, domain }) => ({
        name,
        type,
        nullable,
        domain,
      })),
      units,
    }))
    return { products, sources, salts: await deriveSalts(this.#options.keys, order.dataset) }
  }

  /** A unit keeps its number from snapshot to snapshot, whatever an import carries over. */
  async #carryUnits(dataset: string, folder: string): Promise<void> {
    const { snapshots, launcher } = this.#options
    const previous = await snapshots.current(dataset)
    if (previous === undefined) return
    const copy = join(folder, UNITS_FILE)
    await copyFile(snapshots.unitsFile(previous), copy)
    await chmod(copy, 0o600)
    if (launcher.account !== undefined)
      await chown(copy, launcher.account.uid, launcher.account.gid)
  }

  async #load(
    folder: string,
    task: ImportTask,
    control: WorkControl,
  ): Promise<Result<{ readonly engine: string; readonly report: LoadedTables }>> {
    const { threads, memoryMiB } = this.#settings
    const opening = { kind: 'loader', path: folder, threads, memoryMiB } as const
    const files = task.sources.map(({ path }) => path)
    const loader = startWorker(this.#options, opening, this.#settings, files)
    try {
      const engine = await loader.ready
      if (!engine.ok) return declineFailure(engine.failure)
      const part = Buffer.from(JSON.stringify(task))
      const expected = { tables: 0, rows: 0, isText: true }
      const answer = await loader.run(
        encodeOrder({ task: 'import', parts: 1 }, [part], expected),
        control,
      )
      if (!answer.ok) return declineFailure(answer.failure)
      const report = parseLoaderReport(answer.value.text)
      if (report === undefined) return declineFailure('protocol')
      if ('fault' in report) return declineFault(report.fault, task.sources)
      return ok({ engine: engine.value, report })
    } finally {
      await loader.stop()
    }
  }

  /** Opens the new database as a job would, in a process that the loader had no part in. */
  async #hasCounts(folder: string, { tables }: LoadedTables): Promise<boolean> {
    const { threads, memoryMiB } = this.#settings
    const opening = { kind: 'vault', path: join(folder, DATA_FILE), threads, memoryMiB } as const
    const vault = startWorker(this.#options, opening, this.#settings)
    try {
      const queries = tables.map(({ product }) => `SELECT count(*) AS n FROM "${product}"`)
      const order = {
        task: 'compute',
        parts: queries.length,
        tables: tables.map(({ product }) => product),
        salt: '',
        maximumRows: 1,
      } as const
      const expected = { tables: queries.length, rows: 1, isText: false }
      const parts = queries.map((sql) => Buffer.from(sql))
      const answer = await vault.run(encodeOrder(order, parts, expected))
      return (
        answer.ok &&
        tables.every(({ rows }, index) => answer.value.tables[index]?.rows[0]?.[0] === String(rows))
      )
    } finally {
      await vault.stop()
    }
  }
}

function closedToUs(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK)
    return undefined
  } catch {
    return path
  }
}

/** A product without rows that had some before, or that is new: more often an accident than meant. */
function findEmptied(
  { base, allowEmpty }: ImportOrder,
  { tables }: LoadedTables,
): string | undefined {
  if (allowEmpty === true) return undefined
  const wasEmpty = (id: string) =>
    base?.manifest.tables.some(({ product, rows }) => product === id && rows === 0)
  return tables.find(({ product, rows }) => rows === 0 && !wasEmpty(product))?.product
}
