/**
 * Verifies a whole published log from its files alone.
 *
 * Every tile is rebuilt from the entries and compared with the published one; a tile is never
 * trusted because it is there. What the entries say is checked too: chains per job and time.
 */

import { sameBytes, toDigest } from './bytes.ts'
import { type Checkpoint, readCheckpoint } from './checkpoint.ts'
import { isCanonicalLeaf, parseEntry } from './entry.ts'
import { decodeBundle, decodeEntries } from './entry-bundle.ts'
import { BootTimes, JobChains } from './entry-order.ts'
import { type Finding, firstBadEntry, LOG_FAULTS, type LogCheck } from './log-findings.ts'
import { Frontier, HASH_BYTES, leafHash } from './merkle-tree.ts'
import { TileBuilder, type TileFile } from './tile-builder.ts'
import { TILE_WIDTH, type TileCoordinates, tilePath, widthOfTile } from './tile-layout.ts'
import { checkCheckpoint, type TrustPolicy } from './trust-policy.ts'

export interface LogToVerify {
  /** Reads a file of the published directory, or answers undefined when there is none. */
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>
  readonly policy: TrustPolicy
  /** Checkpoints someone kept from earlier: they reveal a log that was cut off or rewritten. */
  readonly held?: readonly string[]
  /** `opaque` leaves are hashed but not read; for logs that others wrote. */
  readonly leaves?: 'entries' | 'opaque'
}

export interface LogReport {
  readonly ok: boolean
  readonly origin: string
  readonly size: number
  readonly findings: readonly Finding[]
  /** Where the first bad entry is, and why. Absent when no finding is about entries. */
  readonly firstBad?: Finding
}

/** Reports everything that is wrong with a log; an empty list means it is whole. */
export async function verifyLog(log: LogToVerify): Promise<LogReport> {
  const note = await log.readFile('checkpoint')
  if (note === undefined) return reportOf(undefined, [fault('checkpoint', 'noCheckpoint')])
  const text = Buffer.from(note).toString('utf8')
  const checkpoint = readCheckpoint(text)
  if (checkpoint === undefined)
    return reportOf(undefined, [fault('checkpoint', 'malformedCheckpoint')])

  const verdict = checkCheckpoint(text, log.policy)
  const findings: Finding[] = verdict.ok ? [] : [{ check: 'checkpoint', detail: verdict.detail }]
  const verifier = new EntryVerifier(log, checkpoint)
  findings.push(...(await verifier.verify()))
  return reportOf(checkpoint, findings)
}

class EntryVerifier {
  readonly #log: LogToVerify
  readonly #head: Checkpoint
  readonly #findings: Finding[] = []
  readonly #builder = new TileBuilder()
  readonly #frontier = new Frontier()
  readonly #chains = new JobChains()
  readonly #boots = new BootTimes()
  readonly #held: readonly Checkpoint[]
  /** Size up to which a held checkpoint proves the entries good. */
  #proven = 0

  constructor(log: LogToVerify, head: Checkpoint) {
    this.#log = log
    this.#head = head
    this.#held = (log.held ?? []).flatMap((note) => this.#readHeld(note))
  }

  async verify(): Promise<readonly Finding[]> {
    const bundles = Math.ceil(this.#head.size / TILE_WIDTH)
    for (let index = 0; index < bundles; index++) {
      const isWhole = await this.#verifyBundle(index)
      // Without its entries nothing behind this bundle can be re-computed.
      if (!isWhole) return this.#findings
    }
    for (const file of this.#builder.partials()) await this.#compareTile(file)
    if (!sameBytes(this.#frontier.root(), this.#head.root))
      this.#add('root', 'root', this.#proven, this.#head.size - 1)
    return this.#findings
  }

  async #verifyBundle(index: number): Promise<boolean> {
    const width = widthOfTile(index, this.#head.size)
    const first = index * TILE_WIDTH
    const last = first + width - 1
    const { bytes, isPrefix } = await this.#read({ level: 'entries', index, width })
    if (bytes === undefined) return this.#add('bundle', 'missingBundle', first, last)
    const entries = isPrefix ? decodeEntries(bytes, width)?.entries : decodeBundle(bytes, width)
    if (entries === undefined) return this.#add('bundle', 'malformedBundle', first, last)
    for (const leaf of entries) await this.#verifyLeaf(leaf)
    return true
  }

  async #verifyLeaf(leaf: Uint8Array): Promise<void> {
    const index = this.#frontier.size
    const hash = leafHash(leaf)
    this.#frontier.append(hash)
    for (const file of this.#builder.append(new Uint8Array(0), hash)) await this.#compareTile(file)
    if (this.#log.leaves !== 'opaque') this.#verifyEntry(leaf, index, hash)
    for (const held of this.#held) if (held.size === index + 1) this.#compareHeld(held)
  }

  #verifyEntry(leaf: Uint8Array, index: number, hash: Uint8Array): void {
    const entry = parseEntry(leaf)
    if (entry === undefined) {
      this.#add('entry', 'entry', index, index)
      return
    }
    if (!isCanonicalLeaf(leaf, entry)) this.#add('entry', 'notCanonical', index, index)
    const timeFault = this.#boots.faultOf(entry)
    if (timeFault !== undefined)
      this.#findings.push({ check: 'order', from: index, through: index, detail: timeFault })
    const chainFault = this.#chains.faultOf(entry)
    if (chainFault !== undefined) {
      const from = this.#chains.lastIndex(entry.job ?? '') ?? index
      this.#findings.push({ check: 'order', from, through: index, detail: chainFault })
    }
    this.#boots.follow(entry)
    this.#chains.follow(entry, index, toDigest(hash))
  }

  /** Compares a tile computed from the entries with the published one, hash by hash. */
  async #compareTile({ coordinates, bytes }: TileFile): Promise<void> {
    const { level, index, width } = coordinates
    if (level === 'entries') return
    const span = TILE_WIDTH ** level
    const first = index * TILE_WIDTH * span
    const through = Math.min(first + width * span, this.#head.size) - 1
    const { bytes: published, isPrefix } = await this.#read(coordinates)
    if (published === undefined) {
      this.#add('tile', 'missingTile', first, through)
      return
    }
    if (!isPrefix && published.length !== bytes.length)
      this.#add('tile', 'malformedTile', first, through)
    for (let row = 0; row < width; row++) {
      const [start, end] = [row * HASH_BYTES, (row + 1) * HASH_BYTES]
      if (sameBytes(bytes.subarray(start, end), published.subarray(start, end))) continue
      const from = first + row * span
      this.#add('tile', level === 0 ? 'leafHash' : 'nodeHash', from, from + span - 1)
    }
  }

  /** A partial file may be gone once the full one exists, whose prefix says the same. */
  async #read(
    tile: TileCoordinates,
  ): Promise<{ bytes: Uint8Array | undefined; isPrefix: boolean }> {
    const bytes = await this.#log.readFile(tilePath(tile))
    if (bytes !== undefined || tile.width === TILE_WIDTH) return { bytes, isPrefix: false }
    const full = await this.#log.readFile(tilePath({ ...tile, width: TILE_WIDTH }))
    return { bytes: full, isPrefix: true }
  }

  #readHeld(note: string): Checkpoint[] {
    const verdict = checkCheckpoint(note, this.#log.policy)
    if (!verdict.ok || verdict.checkpoint.origin !== this.#head.origin) {
      this.#findings.push(fault('held', 'heldForeign'))
      return []
    }
    if (verdict.checkpoint.size > this.#head.size) this.#findings.push(fault('held', 'rollback'))
    return [verdict.checkpoint]
  }

  #compareHeld({ size, root }: Checkpoint): void {
    if (sameBytes(root, this.#frontier.root())) this.#proven = size
    else this.#add('held', 'fork', this.#proven, size - 1)
  }

  #add(check: LogCheck, name: keyof typeof LOG_FAULTS, from: number, through: number): false {
    this.#findings.push({ check, from, through, detail: LOG_FAULTS[name] })
    return false
  }
}

function fault(check: LogCheck, name: keyof typeof LOG_FAULTS): Finding {
  return { check, detail: LOG_FAULTS[name] }
}

function reportOf(checkpoint: Checkpoint | undefined, findings: readonly Finding[]): LogReport {
  const firstBad = firstBadEntry(findings)
  const report = {
    ok: findings.length === 0,
    origin: checkpoint?.origin ?? '',
    size: checkpoint?.size ?? 0,
    findings,
  }
  return firstBad === undefined ? report : { ...report, firstBad }
}
