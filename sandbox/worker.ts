/** Entry point of every sealed process: opens its engine once, then works on one order at a time. */

import { type DuckDBInstance, version } from '@duckdb/node-api'
import { ALLOWED_FUNCTIONS } from './allowed-functions.ts'
import { tryToEscape } from './canary.ts'
import { Channel, connectLine, endProcess } from './channel.ts'
import { failureOf, WorkFailure } from './failures.ts'
import { buildDatabase, importSnapshot } from './load-snapshot.ts'
import { NO_FILE, openSealed } from './lockdown.ts'
import { createReleasedTable } from './post-tables.ts'
import { decodeText, FRAME, type Opening, type Order } from './protocol.ts'
import { runQuery } from './run-query.ts'
import { Work } from './work.ts'

/**
 * A statement longer than this is not parsed: the parser's effort grows faster than the text. It
 * leaves room for generated SQL, which is longer than what operators may submit.
 */
const STATEMENT_BYTES = 64 * 1024

type Task<Name extends Order['task']> = Extract<Order, { task: Name }>

class Worker {
  readonly #opening: Opening
  /** Opened ahead of the order, so that the order does not wait for it. */
  #engine: Promise<DuckDBInstance> | undefined

  constructor(opening: Opening) {
    this.#opening = opening
    if (opening.kind !== 'loader' && opening.kind !== 'canary') this.#engine = this.#open()
  }

  /** Resolves when the engine can take an order. */
  async ready(): Promise<void> {
    await this.#engine
  }

  async run(order: Order, parts: readonly Buffer[], work: Work): Promise<void> {
    const { kind } = this.#opening
    if (kind === 'parser' && order.task === 'parse') return await this.#parse(parts, work)
    if (kind === 'vault' && order.task === 'compute') return await this.#compute(order, parts, work)
    if (kind === 'post' && order.task === 'post') return await this.#post(order, parts, work)
    if (kind === 'loader' && order.task === 'build')
      return await buildDatabase(this.#opening, { name: order.name, sql: textOf(parts, 0) }, work)
    if (kind === 'loader' && order.task === 'import')
      return await work.sendText(
        JSON.stringify(await importSnapshot(this.#opening, textOf(parts, 0), work)),
      )
    if (kind === 'canary' && order.task === 'escape')
      return await work.sendText(
        JSON.stringify(await tryToEscape(this.#opening, JSON.parse(textOf(parts, 0)))),
      )
    throw new WorkFailure('invalid_query')
  }

  async #parse(parts: readonly Buffer[], work: Work): Promise<void> {
    const sql = textOf(parts, 0)
    if (Buffer.byteLength(sql) > STATEMENT_BYTES) throw new WorkFailure('invalid_query')
    const tree = await work.step(await this.#instance(), async (connection) => {
      const answer = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])
      return String(answer.getRows()[0]?.[0])
    })
    await work.sendText(tree)
  }

  async #compute(order: Task<'compute'>, parts: readonly Buffer[], work: Work): Promise<void> {
    const { salt, maximumRows } = order
    const rules = { tables: new Set(order.tables), functions: ALLOWED_FUNCTIONS }
    const instance = await this.#instance()
    for (const part of parts) {
      const query = { sql: decodeText(part), rules, salt, maximumRows }
      await work.step(instance, (connection) => runQuery(connection, query, work), 1 / parts.length)
    }
  }

  /** Each order gets an engine of its own: nothing of it remains for the next one. */
  async #post(order: Task<'post'>, parts: readonly Buffer[], work: Work): Promise<void> {
    const instance = await this.#instance()
    this.#engine = undefined
    try {
      await work.step(instance, async (connection) => {
        for (const [index, table] of order.tables.entries())
          await createReleasedTable(connection, table, partOf(parts, index))
      })
      const query = {
        sql: textOf(parts, order.tables.length),
        rules: { tables: new Set(order.tables.map(({ name }) => name)) },
        maximumRows: order.maximumRows,
      }
      await work.step(instance, (connection) => runQuery(connection, query, work))
    } finally {
      instance.closeSync()
      this.#engine = this.#open()
    }
  }

  #instance(): Promise<DuckDBInstance> {
    this.#engine ??= this.#open()
    return this.#engine
  }

  #open(): Promise<DuckDBInstance> {
    const { kind, path } = this.#opening
    return openSealed(kind === 'vault' ? path : NO_FILE, this.#opening)
  }
}

function partOf(parts: readonly Buffer[], index: number): Buffer {
  const part = parts[index]
  if (part === undefined) throw new WorkFailure('invalid_query')
  return part
}

function textOf(parts: readonly Buffer[], index: number): string {
  return decodeText(partOf(parts, index))
}

let worker: Worker | undefined
let current: Work | undefined

const channel = new Channel(connectLine(process.argv[2]), {
  open(opening) {
    worker = new Worker(opening)
    worker.ready().then(() => channel.signal(FRAME.ready, { engine: version() }), endProcess)
  },
  order(order, parts) {
    // A second order before the first is answered means that the gateway is confused.
    if (worker === undefined || current !== undefined) return endProcess()
    const work = new Work(channel)
    current = work
    worker
      .run(order, parts, work)
      .then(() => ({ type: FRAME.done, message: {} }))
      .catch((error: unknown) => ({
        type: FRAME.failed,
        message: { failure: failureOf(error) },
      }))
      .then(({ type, message }) => {
        current = undefined
        channel.signal(type, message)
      }, endProcess)
  },
  cancel() {
    current?.cancel()
  },
})
