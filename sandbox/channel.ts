/** The worker's end of the line to the gateway. When the line breaks, the process ends at once. */

import { Socket } from 'node:net'
import type { Duplex, Readable, Writable } from 'node:stream'
import {
  encodeControl,
  encodeFrame,
  FRAME,
  FrameReader,
  type FrameType,
  type Opening,
  type Order,
  ProtocolError,
  parseOpening,
  parseOrder,
  TO_WORKER,
} from './protocol.ts'
import type { AnswerLine } from './work.ts'

/** Orders carry released tables and import descriptions; results are capped by the gateway. */
const ORDER_LIMITS = { types: TO_WORKER, frames: 4096, bytes: 256 * 1024 * 1024 }

export interface ChannelEvents {
  open(opening: Opening): void
  order(order: Order, parts: readonly Buffer[]): void
  cancel(): void
}

export class Channel implements AnswerLine {
  readonly #output: Writable
  readonly #events: ChannelEvents
  readonly #reader: FrameReader
  #isOpen = false
  #order: Order | undefined
  #parts: Buffer[] = []

  constructor(
    line: { readonly input: Readable; readonly output: Writable },
    events: ChannelEvents,
  ) {
    this.#output = line.output
    this.#events = events
    this.#reader = new FrameReader(ORDER_LIMITS, (type, payload) => this.#onFrame(type, payload))
    line.input.on('data', (chunk: Buffer) => this.#push(chunk))
    for (const event of ['end', 'close', 'error']) {
      line.input.on(event, endProcess)
      line.output.on(event, endProcess)
    }
  }

  /** Resolves when the frame is handed to the system, so that large results wait for the reader. */
  async send(type: FrameType, payload: Uint8Array): Promise<void> {
    const frame = encodeFrame(type, payload)
    await new Promise<void>((resolve) => this.#output.write(frame, () => resolve()))
  }

  /** Sends a control frame without waiting. */
  signal(type: FrameType, message: object): void {
    this.#output.write(encodeControl(type, message))
  }

  #push(chunk: Buffer): void {
    try {
      this.#reader.push(chunk)
    } catch (error) {
      if (error instanceof ProtocolError) endProcess()
      throw error
    }
  }

  #onFrame(type: number, payload: Buffer): void {
    if (type === FRAME.cancel) this.#events.cancel()
    else if (type === FRAME.open) this.#open(payload)
    else if (type === FRAME.order) this.#startOrder(payload)
    else this.#addPart(payload)
  }

  #startOrder(payload: Buffer): void {
    if (!this.#isOpen || this.#order !== undefined) throw new ProtocolError('order')
    this.#order = parseOrder(payload)
    this.#parts = []
    this.#deliver()
  }

  #addPart(payload: Buffer): void {
    if (this.#order === undefined) throw new ProtocolError('part')
    // The reader's buffers are shared; a part lives until its order is done.
    this.#parts.push(Buffer.from(payload))
    this.#deliver()
  }

  #open(payload: Buffer): void {
    if (this.#isOpen) throw new ProtocolError('open')
    this.#isOpen = true
    this.#events.open(parseOpening(payload))
  }

  #deliver(): void {
    const order = this.#order
    if (order === undefined || this.#parts.length < order.parts) return
    this.#order = undefined
    this.#reader.restart()
    this.#events.order(order, this.#parts)
  }
}

/** Connects over file descriptor 3, or over standard input and output where only those pass. */
export function connectLine(where: string | undefined): {
  readonly input: Readable
  readonly output: Writable
} {
  if (where === 'stdio') return { input: process.stdin, output: process.stdout }
  const line: Duplex = new Socket({ fd: 3, readable: true, writable: true })
  return { input: line, output: line }
}

/** Exiting would wait for a running query; the signal does not. */
export function endProcess(): void {
  process.kill(process.pid, 'SIGKILL')
}
