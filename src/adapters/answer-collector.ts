/** Puts the frames of one answer together, checking their shape: the worker is not trusted. */

import {
  decodeRows,
  type Failure,
  FRAME,
  OutputLimitError,
  ProtocolError,
  parseDone,
  parseFailure,
  parseHead,
  parseProgress,
} from '../../sandbox/protocol.ts'
import type { TableColumn, TextTable, TextValue } from '../model/table.ts'

export interface ExpectedAnswer {
  /** Exactly this many tables, each of at most `rows` rows. */
  readonly tables: number
  readonly rows: number
  /** Whether text is expected instead of tables. */
  readonly isText: boolean
}

export interface Answer {
  readonly tables: readonly TextTable[]
  readonly text: Uint8Array
}

export type AnswerStep =
  | { readonly kind: 'more' }
  | { readonly kind: 'progress'; readonly percent: number }
  | { readonly kind: 'done'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly failure: Failure }

const MORE: AnswerStep = { kind: 'more' }

export class AnswerCollector {
  readonly #expected: ExpectedAnswer
  readonly #tables: { columns: readonly TableColumn[]; rows: TextValue[][] }[] = []
  readonly #text: Buffer[] = []

  constructor(expected: ExpectedAnswer) {
    this.#expected = expected
  }

  /** @throws {ProtocolError} On a frame that this answer cannot contain here. */
  accept(type: number, payload: Buffer): AnswerStep {
    switch (type) {
      case FRAME.progress:
        return { kind: 'progress', percent: parseProgress(payload) }
      case FRAME.head:
        return this.#head(payload)
      case FRAME.rows:
        return this.#rows(payload)
      case FRAME.text:
        if (!this.#expected.isText) throw new ProtocolError('text')
        this.#text.push(Buffer.from(payload))
        return MORE
      case FRAME.done:
        return this.#done(payload)
      case FRAME.failed:
        return { kind: 'failed', failure: parseFailure(payload) }
      default:
        throw new ProtocolError('frame type')
    }
  }

  #head(payload: Buffer): AnswerStep {
    if (this.#tables.length === this.#expected.tables) throw new ProtocolError('tables')
    const columns = parseHead(payload)
    if (columns.length === 0) throw new ProtocolError('columns')
    this.#tables.push({ columns, rows: [] })
    return MORE
  }

  #rows(payload: Buffer): AnswerStep {
    const table = this.#tables.at(-1)
    if (table === undefined) throw new ProtocolError('rows')
    for (const row of decodeRows(payload, table.columns.length)) table.rows.push(row)
    if (table.rows.length > this.#expected.rows) throw new OutputLimitError('rows')
    return MORE
  }

  #done(payload: Buffer): AnswerStep {
    parseDone(payload)
    if (this.#tables.length !== this.#expected.tables) throw new ProtocolError('tables')
    return { kind: 'done', answer: { tables: this.#tables, text: Buffer.concat(this.#text) } }
  }
}
