/**
 * One worker process as the gateway sees it: it takes one order at a time, within limits that the
 * gateway enforces by killing it. What it writes to standard error is drained and thrown away.
 */

import {
  encodeControl,
  encodeFrame,
  FRAME,
  FROM_WORKER,
  FrameReader,
  NOT_SEALED,
  type Opening,
  type Order,
  OutputLimitError,
  ProtocolError,
  parseReady,
} from '../../sandbox/protocol.ts'
import type { WorkControl, WorkerAnswer, WorkerFailure } from '../pipeline/ports.ts'
import { type Answer, AnswerCollector, type ExpectedAnswer } from './answer-collector.ts'
import type { LaunchedWorker } from './worker-launch.ts'

export interface WorkerLimits {
  readonly startMs: number
  readonly wallMs: number
  /** Longest silence; a worker that works reports several times a second. */
  readonly idleMs: number
  readonly outputBytes: number
  /** Processor time of the process over its whole life. */
  readonly cpuSeconds: number
}

/** An order as frames, ready to be sent. */
export interface WorkOrder {
  readonly frames: readonly Uint8Array[]
  readonly expected: ExpectedAnswer
}

/** @throws {RangeError} An order that does not fit into frames. */
export function encodeOrder(
  order: Order,
  parts: readonly Uint8Array[],
  expected: ExpectedAnswer,
): WorkOrder {
  const frames = parts.map((part) => encodeFrame(FRAME.part, part))
  return { frames: [encodeControl(FRAME.order, order), ...frames], expected }
}

const MAXIMUM_FRAMES = 20_000
/** How long an interrupted query may take to stop before the process is killed. */
const TIMEOUT_GRACE_MS = 500
const CANCEL_GRACE_MS = 100
const EXIT_GRACE_MS = 200

type End = (result: WorkerAnswer<Answer>) => void

export class WorkerProcess {
  /** Resolves with the engine's version, or with the reason why the worker did not start. */
  readonly ready: Promise<WorkerAnswer<string>>
  readonly #launched: LaunchedWorker
  readonly #limits: WorkerLimits
  readonly #reader: FrameReader
  /** Resolves when the process is gone. */
  readonly #exited: Promise<void>
  #isAlive = true
  #settleReady: (answer: WorkerAnswer<string>) => void = () => undefined
  #collector: AnswerCollector | undefined
  #onStep: (step: ReturnType<AnswerCollector['accept']>) => void = () => undefined
  #end: End | undefined

  constructor(launched: LaunchedWorker, opening: Opening, limits: WorkerLimits) {
    this.#launched = launched
    this.#limits = limits
    const { child, line } = launched
    const frames = { types: FROM_WORKER, frames: MAXIMUM_FRAMES, bytes: limits.outputBytes }
    this.#reader = new FrameReader(frames, (type, payload) => this.#onFrame(type, payload))
    line.on('data', (chunk: Buffer) => this.#push(chunk))
    line.on('error', () => this.#loseLine())
    line.on('end', () => this.#loseLine())
    child.stderr?.resume()
    this.#exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#isAlive = false
        this.#fail(failureOfExit(code, signal))
        this.#letGo()
        resolve()
      })
      child.once('error', () => {
        this.#isAlive = false
        this.#fail('crash')
        this.#letGo()
        resolve()
      })
    })
    this.ready = new Promise((resolve) => {
      const timer = setTimeout(() => this.#fail('time_limit'), limits.startMs)
      this.#settleReady = (answer) => {
        clearTimeout(timer)
        resolve(answer)
      }
    })
    line.write(encodeControl(FRAME.open, opening))
  }

  get pid(): number | undefined {
    return this.#launched.child.pid
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  kill(): void {
    this.#isAlive = false
    this.#launched.child.kill('SIGKILL')
  }

  /** Cancels whatever it works on, kills the process and waits until it is gone. */
  async stop(): Promise<void> {
    this.#fail('cancelled')
    await this.#exited
  }

  /** Runs one order to its end. The caller never starts a second one before. */
  async run(work: WorkOrder, control: WorkControl = {}): Promise<WorkerAnswer<Answer>> {
    const ready = await Promise.race([cancelled(control.signal), this.ready])
    if (!ready.ok) return ready
    if (!this.#isAlive) return { ok: false, failure: 'crash' }
    return await new Promise((resolve) => this.#start(work, control, resolve))
  }

  #start(work: WorkOrder, control: WorkControl, resolve: End): void {
    const { line } = this.#launched
    // The reason for an interruption outranks what the worker then says about it.
    let interruption: WorkerFailure | undefined
    let grace: NodeJS.Timeout | undefined
    const interrupt = (failure: WorkerFailure, graceMs: number) => {
      if (interruption !== undefined) return
      interruption = failure
      line.write(encodeControl(FRAME.cancel, {}))
      grace = setTimeout(() => this.#fail(failure), graceMs)
    }
    const cancel = () => interrupt('cancelled', CANCEL_GRACE_MS)
    const wall = setTimeout(() => interrupt('time_limit', TIMEOUT_GRACE_MS), this.#limits.wallMs)
    const idle = setTimeout(() => this.#fail('idle_limit'), this.#limits.idleMs)
    control.signal?.addEventListener('abort', cancel)
    this.#end = (result) => {
      this.#end = undefined
      this.#collector = undefined
      for (const timer of [wall, idle, grace]) clearTimeout(timer)
      control.signal?.removeEventListener('abort', cancel)
      resolve(interruption === undefined ? result : { ok: false, failure: interruption })
    }
    this.#onStep = (step) => {
      idle.refresh()
      if (step.kind === 'progress') control.onProgress?.(step.percent)
      else if (step.kind === 'done') this.#end?.({ ok: true, value: step.answer })
      else if (step.kind === 'failed') this.#end?.({ ok: false, failure: step.failure })
    }
    this.#collector = new AnswerCollector(work.expected)
    this.#reader.restart()
    for (const frame of work.frames) line.write(frame)
  }

  /**
   * A worker that closes its line is gone or broken. How it ends says why, and where it runs inside
   * a wrapper it takes a moment until that is known.
   */
  #loseLine(): void {
    this.#isAlive = false
    setTimeout(() => this.kill(), EXIT_GRACE_MS).unref()
  }

  #push(chunk: Buffer): void {
    if (!this.#isAlive) return
    try {
      this.#reader.push(chunk)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#fail(error instanceof OutputLimitError ? 'output_limit' : 'protocol')
    }
  }

  #onFrame(type: number, payload: Buffer): void {
    if (type === FRAME.ready) {
      this.#settleReady({ ok: true, value: parseReady(payload).engine })
      return
    }
    // Progress that was under way when an answer ended belongs to no one.
    if (this.#collector === undefined && type === FRAME.progress) return
    if (this.#collector === undefined) throw new ProtocolError('no order')
    this.#onStep(this.#collector.accept(type, payload))
  }

  /**
   * Closes our ends of its streams. A wrapper that is killed while it starts may leave behind what it
   * started: that ends when its line ends, and must not keep this process waiting.
   */
  #letGo(): void {
    const { child, line } = this.#launched
    line.destroy()
    child.stderr?.destroy()
  }

  /** Ends the process, and with it whatever waits for it. */
  #fail(failure: WorkerFailure): void {
    this.kill()
    this.#settleReady({ ok: false, failure })
    this.#end?.({ ok: false, failure })
  }
}

/** Settles when, and only when, the signal aborts. */
function cancelled(signal: AbortSignal | undefined): Promise<WorkerAnswer<never>> {
  return new Promise((resolve) => {
    const answer = () => resolve({ ok: false, failure: 'cancelled' })
    if (signal?.aborted === true) answer()
    else signal?.addEventListener('abort', answer, { once: true })
  })
}

function failureOfExit(code: number | null, signal: NodeJS.Signals | null): WorkerFailure {
  if (code === NOT_SEALED) return 'isolation_unavailable'
  if (signal === 'SIGSYS' || code === 159) return 'tripwire'
  if (signal === 'SIGXCPU' || code === 152) return 'cpu_limit'
  // V8 aborts when its heap is exhausted, and so does the engine when the kernel refuses memory.
  if (signal === 'SIGABRT' || code === 134) return 'out_of_memory'
  return 'crash'
}
