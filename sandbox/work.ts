/** One order being worked on: where its answer goes, how far it is, and how it is stopped. */

import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { WorkFailure } from './failures.ts'
import { withConnection } from './lockdown.ts'
import { type Column, encodeRows, FRAME, type FrameType, PAYLOAD_BYTES } from './protocol.ts'

/** Often enough to tell a slow worker from a dead one. */
const PROGRESS_INTERVAL_MS = 200
const BATCH_BYTES = 512 * 1024
const TEXT_BYTES = 1024 * 1024

/** Where an answer goes. */
export interface AnswerLine {
  send(type: FrameType, payload: Uint8Array): Promise<void>
  signal(type: FrameType, message: object): void
}

export class Work {
  readonly #line: AnswerLine
  #isCancelled = false
  #connection: DuckDBConnection | undefined
  /** Share of the order done before the current step, and the step's own share, both 0 to 1. */
  #done = 0
  #share = 1

  constructor(line: AnswerLine) {
    this.#line = line
  }

  /** Stops the current step now and refuses further ones. */
  cancel(): void {
    this.#isCancelled = true
    this.#connection?.interrupt()
  }

  /** Runs a step on a fresh connection, reporting progress until it ends. */
  async step<T>(
    instance: DuckDBInstance,
    run: (connection: DuckDBConnection) => Promise<T>,
    share = 1,
  ): Promise<T> {
    if (this.#isCancelled) throw new WorkFailure('cancelled')
    this.#share = share
    const timer = setInterval(() => this.#report(), PROGRESS_INTERVAL_MS)
    try {
      return await withConnection(instance, async (connection) => {
        await connection.run('SET enable_progress_bar = true')
        await connection.run('SET enable_progress_bar_print = false')
        this.#connection = connection
        return await run(connection)
      })
    } finally {
      clearInterval(timer)
      this.#connection = undefined
      this.#done += share
    }
  }

  async sendHead(columns: readonly Column[]): Promise<void> {
    await this.#line.send(FRAME.head, Buffer.from(JSON.stringify({ columns })))
  }

  /** Sends rows in frames of moderate size. */
  async sendRows(rows: readonly (readonly (string | null)[])[], columns: number): Promise<void> {
    let batch: (readonly (string | null)[])[] = []
    let bytes = 0
    for (const row of rows) {
      // Three bytes bound the UTF-8 length of one UTF-16 unit.
      const rowBytes = row.reduce((sum, cell) => sum + 4 + 3 * (cell?.length ?? 0), 0)
      if (rowBytes > PAYLOAD_BYTES / 2) throw new WorkFailure('output_limit')
      if (bytes + rowBytes > BATCH_BYTES && batch.length > 0) {
        await this.#line.send(FRAME.rows, encodeRows(batch, columns))
        batch = []
        bytes = 0
      }
      batch.push(row)
      bytes += rowBytes
    }
    if (batch.length > 0) await this.#line.send(FRAME.rows, encodeRows(batch, columns))
  }

  async sendText(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += TEXT_BYTES)
      await this.#line.send(FRAME.text, bytes.subarray(at, at + TEXT_BYTES))
  }

  #report(): void {
    const own = Math.max(this.#connection?.progress.percentage ?? 0, 0) / 100
    const percent = Math.floor(100 * Math.min(this.#done + own * this.#share, 1))
    this.#line.signal(FRAME.progress, { percent })
  }
}
