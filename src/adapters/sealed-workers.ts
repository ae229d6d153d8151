/** The `Workers` port over sealed processes: who may use which, for how long, and what comes back. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { encodeRows } from '../../sandbox/protocol.ts'
import { Confidential } from '../model/confidential.ts'
import type { IsolationReport } from '../model/isolation.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { TextTable } from '../model/table.ts'
import type {
  PostWork,
  VaultWork,
  WorkControl,
  WorkerAnswer,
  WorkerFailure,
  Workers,
} from '../pipeline/ports.ts'
import type { Answer } from './answer-collector.ts'
import { startWorker, type WorkerProgram } from './start-worker.ts'
import { WorkerPool } from './worker-pool.ts'
import { encodeOrder, type WorkerLimits, type WorkOrder } from './worker-process.ts'

export interface SealedWorkersOptions extends WorkerProgram {
  /** The report of the self-test that the launcher passed. */
  readonly isolation: IsolationReport
  /** Database file of a snapshot. */
  readonly databaseFile: (snapshot: Snapshot) => string
  readonly settings?: Partial<WorkersSettings>
}

export interface WorkersSettings {
  /** Engine threads of a vault worker. */
  readonly threads: number
  readonly vaultMemoryMiB: number
  readonly postMemoryMiB: number
  readonly parserMemoryMiB: number
  readonly vaultWallMs: number
  readonly postWallMs: number
  readonly parserWallMs: number
  /** Longest silence of a working worker. */
  readonly idleMs: number
  readonly startMs: number
  /** Bytes of one answer. */
  readonly outputBytes: number
  /** Vault processes that belong to tenants, and as many post processes. */
  readonly maximumWorkers: number
  /** Orders that may wait for each kind of worker. */
  readonly maximumWaiting: number
  /** A tenant's worker without work for this long is killed. */
  readonly retireMs: number
}

const DEFAULTS: WorkersSettings = {
  threads: 2,
  vaultMemoryMiB: 1024,
  postMemoryMiB: 512,
  parserMemoryMiB: 256,
  vaultWallMs: 120_000,
  postWallMs: 20_000,
  parserWallMs: 5_000,
  idleMs: 10_000,
  startMs: 20_000,
  outputBytes: 64 * 1024 * 1024,
  maximumWorkers: 4,
  maximumWaiting: 64,
  retireMs: 300_000,
}

/** A worker is replaced when it has worked as long as this many orders at their time limit. */
const ORDERS_AT_THEIR_LIMIT = 10

/** Statements of every tenant pass through one parser, which holds no data to mix up. */
const EVERYONE = 'everyone'
const NO_FILE = ''

/**
 * Starts the parser and a first post worker.
 *
 * @throws {IsolationUnavailable} Where the launcher cannot seal a worker.
 * @throws {Error} Where a worker does not come up.
 */
export async function createSealedWorkers(options: SealedWorkersOptions): Promise<Workers> {
  const settings = { ...DEFAULTS, ...options.settings }
  const pools = {
    parser: createPool(options, settings, 'parser'),
    vault: createPool(options, settings, 'vault'),
    post: createPool(options, settings, 'post'),
  }
  pools.post.warm(NO_FILE)
  const ready = await pools.parser.warm(NO_FILE).ready
  if (!ready.ok) {
    await Promise.all(Object.values(pools).map((pool) => pool.close()))
    throw new Error(`no worker could be started: ${ready.failure}`)
  }
  return new SealedWorkers(options, pools, describeEnvironment(options, settings, ready.value))
}

type Pools = Readonly<Record<'parser' | 'vault' | 'post', WorkerPool>>

function createPool(
  program: WorkerProgram,
  settings: WorkersSettings,
  kind: keyof Pools,
): WorkerPool {
  const { startMs, idleMs, outputBytes, maximumWaiting, retireMs } = settings
  const wallMs = settings[`${kind}WallMs`]
  const threads = kind === 'vault' ? settings.threads : 1
  const maximumBusyMs = ORDERS_AT_THEIR_LIMIT * wallMs
  // Whatever it did before, an order finds time left for all of its threads, and those of Node.
  const cpuSeconds = Math.ceil(((threads + 2) * (maximumBusyMs + startMs + 2 * wallMs)) / 1000)
  const limits: WorkerLimits = { startMs, wallMs, idleMs, outputBytes, cpuSeconds }
  const engine = {
    kind,
    threads,
    memoryMiB: settings[`${kind}MemoryMiB`],
  }
  return new WorkerPool({
    start: (path) => startWorker(program, { ...engine, path }, limits),
    maximumWorkers: kind === 'parser' ? 1 : settings.maximumWorkers,
    maximumWaiting,
    retireMs,
    maximumBusyMs,
  })
}

/** Whatever changes an answer's bytes or could: a replay compares it first. */
function describeEnvironment(
  { workerFile }: WorkerProgram,
  settings: WorkersSettings,
  engine: string,
): Readonly<Record<string, string>> {
  return {
    engine: `duckdb ${engine}`,
    runtime: `node ${process.version}`,
    platform: `${platform()}-${arch()}`,
    worker: createHash('sha256').update(readFileSync(workerFile)).digest('hex'),
    threads: String(settings.threads),
    memoryMiB: String(settings.vaultMemoryMiB),
    timeZone: 'UTC',
  }
}

class SealedWorkers implements Workers {
  readonly #options: SealedWorkersOptions
  readonly #pools: Pools
  readonly #environment: Readonly<Record<string, string>>

  constructor(
    options: SealedWorkersOptions,
    pools: Pools,
    environment: Readonly<Record<string, string>>,
  ) {
    this.#options = options
    this.#pools = pools
    this.#environment = environment
  }

  isolation(): IsolationReport {
    return this.#options.isolation
  }

  environment(): Readonly<Record<string, string>> {
    return this.#environment
  }

  async parse(sql: string): Promise<WorkerAnswer<string>> {
    const expected = { tables: 0, rows: 0, isText: true }
    const work = encodeOrder({ task: 'parse', parts: 1 }, [Buffer.from(sql)], expected)
    const order = { tenant: EVERYONE, resource: NO_FILE, work, control: undefined }
    const answer = await this.#pools.parser.run(order)
    return map(answer, ({ text }) => Buffer.from(text).toString('utf8'))
  }

  async computeCells(
    work: VaultWork,
    control?: WorkControl,
  ): Promise<WorkerAnswer<Confidential<readonly TextTable[]>>> {
    const { snapshot, tenant, tables, queries, salt, maximumRows } = work
    if (work.minimumIsolation > this.isolation().level) return failed('isolation_unavailable')
    const encoded = encodeOrder(
      { task: 'compute', parts: queries.length, tables, salt, maximumRows },
      queries.map((sql) => Buffer.from(sql)),
      { tables: queries.length, rows: maximumRows, isText: false },
    )
    const resource = this.#options.databaseFile(snapshot)
    const answer = await this.#pools.vault.run({ tenant, resource, work: encoded, control })
    return map(answer, (value) => new Confidential(value.tables))
  }

  async postProcess(work: PostWork, control?: WorkControl): Promise<WorkerAnswer<TextTable>> {
    if (work.minimumIsolation > this.isolation().level) return failed('isolation_unavailable')
    const order = postOrder(work)
    if (order === undefined) return failed('output_limit')
    const { tenant } = work
    const answer = await this.#pools.post.run({ tenant, resource: NO_FILE, work: order, control })
    if (!answer.ok) return answer
    const [table] = answer.value.tables
    return table === undefined ? failed('protocol') : { ok: true, value: table }
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#pools).map((pool) => pool.close()))
  }
}

/** Returns `undefined` for tables that do not fit into frames. */
function postOrder({ tables, sql, maximumRows }: PostWork): WorkOrder | undefined {
  try {
    const parts = tables.map(({ rows, columns }) => encodeRows(rows, columns.length))
    const shapes = tables.map(({ name, columns }) => ({
      name,
      columns: columns.map((column) => ({ name: column.name, type: column.type })),
    }))
    return encodeOrder(
      { task: 'post', parts: tables.length + 1, tables: shapes, maximumRows },
      [...parts, Buffer.from(sql)],
      { tables: 1, rows: maximumRows, isText: false },
    )
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function failed(failure: WorkerFailure): WorkerAnswer<never> {
  return { ok: false, failure }
}

function map<T>(answer: WorkerAnswer<Answer>, take: (value: Answer) => T): WorkerAnswer<T> {
  return answer.ok ? { ok: true, value: take(answer.value) } : answer
}
