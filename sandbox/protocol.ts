/**
 * What the gateway and a worker say to each other, and how it is framed. Imports nothing, because
 * both sides of the border load it.
 *
 * A frame is `u32le length | u8 type | payload`. Control frames carry JSON of at most 64 KiB and are
 * validated member by member. Rows and text travel as opaque bytes. Lengths are checked before
 * anything is allocated, and every reader caps the frames and bytes of one exchange.
 */

/** Types below 16 go to the worker, the others come from it. */
export const FRAME = {
  open: 1,
  order: 2,
  part: 3,
  cancel: 4,
  ready: 16,
  progress: 17,
  head: 18,
  rows: 19,
  text: 20,
  done: 21,
  failed: 22,
} as const
export type FrameType = (typeof FRAME)[keyof typeof FRAME]

export const TO_WORKER: ReadonlySet<number> = new Set([1, 2, 3, 4])
export const FROM_WORKER: ReadonlySet<number> = new Set([16, 17, 18, 19, 20, 21, 22])
const OPAQUE: ReadonlySet<number> = new Set([FRAME.part, FRAME.rows, FRAME.text])

export const CONTROL_BYTES = 64 * 1024
/** One part, one batch of rows, one piece of text. */
export const PAYLOAD_BYTES = 16 * 1024 * 1024
const HEADER_BYTES = 5

/** The other side broke the protocol; it is killed, never answered. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** `loader` alone may write, and only into the folder it is given; `canary` tests the others' walls. */
type WorkerKind = 'parser' | 'post' | 'vault' | 'loader' | 'canary'
const KINDS: readonly string[] = ['parser', 'post', 'vault', 'loader', 'canary']

/** First frame a worker receives. */
export interface Opening {
  readonly kind: WorkerKind
  readonly threads: number
  readonly memoryMiB: number
  /** The snapshot of a vault worker, or the folder of a loader; empty for the others. */
  readonly path: string
}

export interface Column {
  readonly name: string
  readonly type: string
}

/** Announces how many `part` frames follow; the worker starts when all have arrived. */
export type Order =
  /** Part: a statement. Answers with its syntax tree as text. */
  | { readonly task: 'parse'; readonly parts: number }
  /** Parts: queries over the named tables. Answers with one table each. */
  | {
      readonly task: 'compute'
      readonly parts: number
      readonly tables: readonly string[]
      readonly salt: string
      readonly maximumRows: number
    }
  /** Parts: the rows of each table in order, then a query. Answers with one table. */
  | {
      readonly task: 'post'
      readonly parts: number
      readonly tables: readonly { readonly name: string; readonly columns: readonly Column[] }[]
      readonly maximumRows: number
    }
  /** Part: SQL statements, run in a new database file `name` in the loader's folder. */
  | { readonly task: 'build'; readonly parts: number; readonly name: string }
  /** Part: an import, or what a canary should try, as JSON. Answers with a report as text. */
  | { readonly task: 'import' | 'escape'; readonly parts: number }

/** Why a worker could not answer. The engine's own words stay inside. */
export type Failure =
  | 'invalid_query'
  | 'query_failed'
  | 'out_of_memory'
  | 'output_limit'
  | 'cancelled'
const FAILURES: readonly string[] = [
  'invalid_query',
  'query_failed',
  'out_of_memory',
  'output_limit',
  'cancelled',
] satisfies readonly Failure[]

/** What a loader is told, as the JSON of its one part. Written by the gateway, so not re-validated. */
export interface ImportTask {
  readonly products: readonly {
    readonly id: string
    readonly columns: readonly (Column & {
      readonly nullable: boolean
      readonly domain?: readonly string[] | undefined
    })[]
    /** The main unit first. */
    readonly units: readonly { readonly unit: string; readonly column: string }[]
  }[]
  /** `base` is the snapshot whose tables are carried over where no other source has them. */
  readonly sources: readonly {
    readonly path: string
    readonly format: 'csv' | 'parquet' | 'duckdb' | 'base'
    readonly product?: string | undefined
  }[]
  /** Secrets of the dataset, as text: for row order and digests, unit order, and buckets. */
  readonly salts: { readonly row: string; readonly unit: string; readonly bucket: string }
}

/** How a process seals itself before it becomes a worker; an argument of `launch-landlock.ts`. */
export interface SealOrder {
  /** The gateway: if it is gone, nothing starts. */
  readonly parent: number
  readonly limits: readonly {
    readonly resource: 'core' | 'nofile' | 'data' | 'as' | 'cpu' | 'fsize'
    readonly soft: number
    readonly hard: number
  }[]
  /** Threads and processes that its user may have beyond those it has. */
  readonly moreTasks: number
  readonly readable: readonly string[]
  readonly executable: readonly string[]
  readonly writable: readonly string[]
  /** System-call filter in base64; `ownPid` in it is replaced by the process id. */
  readonly filter: string
  readonly ownPid: number
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** Exit code of a process that could not seal itself, and therefore did not start a worker. */
export const NOT_SEALED = 97

/** Things that a canary should not be able to reach. */
export interface CanaryTask {
  readonly file: string
  readonly snapshot: string
  /** A folder that anybody may write. */
  readonly scratch: string
  /** Part of the gateway's environment. */
  readonly secret: string
  readonly node: string
  /** Where the gateway listens on the loopback address. */
  readonly port: number
}

/** Why a source was not accepted. Positions and declared names only, never a value. */
export interface ImportFault {
  readonly reason:
    | 'unreadable'
    | 'truncated'
    | 'unknown_product'
    | 'product_twice'
    | 'missing_column'
    | 'extra_column'
    | 'duplicate_column'
    | 'wrong_type'
    | 'null'
    | 'lossy'
    | 'not_finite'
    | 'domain'
  /** Position in the task's sources. */
  readonly source: number
  readonly product?: string
  readonly column?: string
  /** Data row from 1; 0 is the header of a CSV file, which is not counted. */
  readonly row?: number
  /** Position of a column from 1. */
  readonly position?: number
}

export type ImportReport =
  | { readonly fault: ImportFault }
  | {
      readonly tables: readonly {
        readonly product: string
        readonly rows: number
        readonly content: string
      }[]
      readonly units: readonly { readonly unit: string; readonly count: number }[]
    }

// ---------------------------------------------------------------- frames

export function encodeFrame(type: FrameType, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.byteLength)
  frame.writeUInt32LE(payload.byteLength, 0)
  frame.writeUInt8(type, 4)
  frame.set(payload, HEADER_BYTES)
  return frame
}

/** @throws {RangeError} A message that the other side would refuse for its size. */
export function encodeControl(type: FrameType, message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message))
  if (payload.length > CONTROL_BYTES) throw new RangeError('control frame')
  return encodeFrame(type, payload)
}

export interface FrameLimits {
  /** Types the other side may send. */
  readonly types: ReadonlySet<number>
  /** Caps on one exchange, counted from the last `restart`. */
  readonly frames: number
  readonly bytes: number
}

/** The exchange carried more than its limit; unlike other breaches this may be a large result. */
export class OutputLimitError extends ProtocolError {}

/** Cuts a byte stream into frames. */
export class FrameReader {
  readonly #limits: FrameLimits
  readonly #onFrame: (type: number, payload: Buffer) => void
  #chunks: Buffer[] = []
  #buffered = 0
  #frames = 0
  #bytes = 0
  /** Length and type of the frame whose payload is still arriving. */
  #pending: { readonly length: number; readonly type: number } | undefined

  constructor(limits: FrameLimits, onFrame: (type: number, payload: Buffer) => void) {
    this.#limits = limits
    this.#onFrame = onFrame
  }

  /** Starts a new exchange. */
  restart(): void {
    this.#frames = 0
    this.#bytes = 0
  }

  /** @throws {ProtocolError} On the first byte that breaks a rule. */
  push(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#limits.bytes) throw new OutputLimitError('bytes')
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    for (;;) {
      this.#pending ??= this.#header()
      if (this.#pending === undefined || this.#buffered < this.#pending.length) return
      const { length, type } = this.#pending
      this.#pending = undefined
      this.#onFrame(type, this.#take(length))
    }
  }

  #header(): { readonly length: number; readonly type: number } | undefined {
    if (this.#buffered < HEADER_BYTES) return undefined
    const header = this.#take(HEADER_BYTES)
    const length = header.readUInt32LE(0)
    const type = header.readUInt8(4)
    if (!this.#limits.types.has(type)) throw new ProtocolError('frame type')
    if (length > (OPAQUE.has(type) ? PAYLOAD_BYTES : CONTROL_BYTES))
      throw new ProtocolError('frame length')
    this.#frames += 1
    if (this.#frames > this.#limits.frames) throw new ProtocolError('frame count')
    return { length, type }
  }

  #take(length: number): Buffer {
    const first = this.#chunks[0]
    const whole =
      first !== undefined && first.length >= length ? first : Buffer.concat(this.#chunks)
    const rest = whole.subarray(length)
    const others = whole === first ? this.#chunks.slice(1) : []
    this.#chunks = rest.length > 0 ? [rest, ...others] : others
    this.#buffered -= length
    return whole.subarray(0, length)
  }
}

// ---------------------------------------------------------------- control frames

export function parseOpening(payload: Uint8Array): Opening {
  const { kind, threads, memoryMiB, path } = members(parseJson(payload), [
    'kind',
    'threads',
    'memoryMiB',
    'path',
  ])
  if (typeof kind !== 'string' || !KINDS.includes(kind)) throw new ProtocolError('kind')
  return {
    kind: kind as WorkerKind,
    threads: integer(threads, 64),
    memoryMiB: integer(memoryMiB, 1 << 20),
    path: text(path),
  }
}

export function parseOrder(payload: Uint8Array): Order {
  const order = parseJson(payload)
  const task = typeof order === 'object' && order !== null && 'task' in order ? order.task : ''
  const parts = (message: { parts: unknown }) => integer(message.parts, 1024)
  if (task === 'parse' || task === 'import' || task === 'escape') {
    return { task, parts: parts(members(order, ['task', 'parts'])) }
  }
  if (task === 'build') {
    const build = members(order, ['task', 'parts', 'name'])
    return { task, parts: parts(build), name: text(build.name) }
  }
  if (task === 'compute') {
    const compute = members(order, ['task', 'parts', 'tables', 'salt', 'maximumRows'])
    return {
      task,
      parts: parts(compute),
      tables: list(compute.tables, text),
      salt: text(compute.salt),
      maximumRows: integer(compute.maximumRows),
    }
  }
  if (task !== 'post') throw new ProtocolError('task')
  const post = members(order, ['task', 'parts', 'tables', 'maximumRows'])
  const tables = list(post.tables, (table) => {
    const { name, columns } = members(table, ['name', 'columns'])
    return { name: text(name), columns: list(columns, column) }
  })
  return { task, parts: parts(post), tables, maximumRows: integer(post.maximumRows) }
}

/** The engine's version. */
export function parseReady(payload: Uint8Array): { readonly engine: string } {
  return { engine: text(members(parseJson(payload), ['engine']).engine) }
}

export function parseProgress(payload: Uint8Array): number {
  return integer(members(parseJson(payload), ['percent']).percent, 100)
}

export function parseHead(payload: Uint8Array): readonly Column[] {
  return list(members(parseJson(payload), ['columns']).columns, column)
}

export function parseDone(payload: Uint8Array): void {
  members(parseJson(payload), [])
}

export function parseFailure(payload: Uint8Array): Failure {
  const { failure } = members(parseJson(payload), ['failure'])
  if (typeof failure !== 'string' || !FAILURES.includes(failure)) throw new ProtocolError('failure')
  return failure as Failure
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decodeText(payload))
  } catch {
    throw new ProtocolError('json')
  }
}

/** Reads an object that has exactly these members, all its own. */
function members<Key extends string>(
  value: unknown,
  keys: readonly Key[],
): Readonly<Record<Key, unknown>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isRecord || Object.keys(value).length !== keys.length) throw new ProtocolError('members')
  if (!keys.every((key) => Object.hasOwn(value, key))) throw new ProtocolError('members')
  return value as Readonly<Record<Key, unknown>>
}

function column(value: unknown): Column {
  const { name, type } = members(value, ['name', 'type'])
  return { name: text(name), type: text(type) }
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new ProtocolError('text')
  return value
}

function integer(value: unknown, maximum = 0xffff_ffff): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new ProtocolError('integer')
  if (value < 0 || value > maximum) throw new ProtocolError('integer')
  return value
}

function list<Item>(value: unknown, item: (value: unknown) => Item): readonly Item[] {
  if (!Array.isArray(value) || value.length > 4096) throw new ProtocolError('list')
  return value.map(item)
}

// ---------------------------------------------------------------- text and rows

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @throws {ProtocolError} Bytes that are not UTF-8. */
export function decodeText(payload: Uint8Array): string {
  try {
    return UTF8.decode(payload)
  } catch {
    throw new ProtocolError('utf-8')
  }
}

/**
 * Rows as bytes: `u32le rows | u16le columns`, then per cell `i32le length` and UTF-8; -1 is NULL.
 *
 * @throws {RangeError} More than `PAYLOAD_BYTES`: the caller sends smaller batches.
 */
export function encodeRows(rows: readonly (readonly (string | null)[])[], columns: number): Buffer {
  const cells = rows.flatMap((row) => row.map((cell) => (cell === null ? null : Buffer.from(cell))))
  if (cells.length !== rows.length * columns) throw new RangeError('ragged rows')
  const bytes = cells.reduce((sum, cell) => sum + 4 + (cell?.length ?? 0), 6)
  if (bytes > PAYLOAD_BYTES) throw new RangeError('rows exceed one frame')
  const buffer = Buffer.allocUnsafe(bytes)
  buffer.writeUInt32LE(rows.length, 0)
  buffer.writeUInt16LE(columns, 4)
  let at = 6
  for (const cell of cells) {
    buffer.writeInt32LE(cell?.length ?? -1, at)
    at += 4
    if (cell !== null) at += cell.copy(buffer, at)
  }
  return buffer
}

/** @throws {ProtocolError} Any length that does not add up, another number of columns, bad UTF-8. */
export function decodeRows(payload: Buffer, columns: number): (string | null)[][] {
  if (payload.length < 6) throw new ProtocolError('rows')
  const count = payload.readUInt32LE(0)
  if (payload.readUInt16LE(4) !== columns || columns === 0) throw new ProtocolError('rows')
  // Each cell takes at least its length, so this bounds the loops by the bytes that arrived.
  if (count * columns * 4 > payload.length - 6) throw new ProtocolError('rows')
  let at = 6
  const cell = () => {
    if (at + 4 > payload.length) throw new ProtocolError('rows')
    const length = payload.readInt32LE(at)
    at += 4
    if (length === -1) return null
    if (length < 0 || at + length > payload.length) throw new ProtocolError('rows')
    at += length
    return decodeText(payload.subarray(at - length, at))
  }
  const rows = Array.from({ length: count }, () => Array.from({ length: columns }, cell))
  if (at !== payload.length) throw new ProtocolError('rows')
  return rows
}
