/** Rebuilds a journal's state from its records, and refuses whatever does not add up. */

import { sameBytes, toDigest } from '../core/transparency/bytes.ts'
import { type Checkpoint, readCheckpoint } from '../core/transparency/checkpoint.ts'
import { parseEntry } from '../core/transparency/entry.ts'
import { JobChains } from '../core/transparency/entry-order.ts'
import { Frontier, leafHash } from '../core/transparency/merkle-tree.ts'
import { checkCheckpoint, type TrustPolicy } from '../core/transparency/trust-policy.ts'
import { decodeRecord } from './journal-record.ts'
import type { BlobStore, RecordStore } from './ports.ts'
import { CHECKPOINT_PATH, Publication, type SignedHead } from './publication.ts'

/** The log must not be continued: records, checkpoints or key contradict each other. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged'
}

export interface RecoveredLog {
  readonly frontier: Frontier
  readonly chains: JobChains
  readonly publication: Publication
  /** The newest signed head in the records. */
  readonly head: SignedHead | undefined
  /** Published files that were missing or wrong and were written again. */
  readonly restoredFiles: number
}

/**
 * Folds all records into the state a writer needs.
 *
 * @throws {LogDamaged} A record is malformed, its checkpoint states another root than its entries
 *   make, the last checkpoint is not signed by this log's key, or more or something else was
 *   published than the records hold: they were cut off or rewritten.
 */
export async function recoverLog(
  records: RecordStore,
  { tiles, marks }: PublishedPlaces,
  policy: TrustPolicy,
): Promise<RecoveredLog> {
  const published = await readPublished(tiles, policy)
  const marked = marks && (await readPublished(marks, policy))
  const known = [published, marked].filter((head) => head !== undefined)
  const fold = new LogFold(new Publication(tiles, marks), published, known)
  for await (const record of records.read()) await fold.add(record)
  return fold.finish(policy)
}

/** Where checkpoints lie: the published directory, and a copy where whoever shortens it may forget it. */
export interface PublishedPlaces {
  readonly tiles: BlobStore
  readonly marks?: BlobStore
}

interface PublishedHead extends SignedHead {
  readonly checkpoint: Checkpoint
}

async function readPublished(
  tiles: BlobStore,
  policy: TrustPolicy,
): Promise<PublishedHead | undefined> {
  const bytes = await tiles.read(CHECKPOINT_PATH)
  if (bytes === undefined) return undefined
  const note = Buffer.from(bytes).toString('utf8')
  const verdict = checkCheckpoint(note, policy)
  if (!verdict.ok) throw new LogDamaged('the published checkpoint is not signed by this log')
  return { size: verdict.checkpoint.size, note, checkpoint: verdict.checkpoint }
}

class LogFold {
  readonly #frontier = new Frontier()
  readonly #chains = new JobChains()
  readonly #publication: Publication
  readonly #published: PublishedHead | undefined
  /** Every head that must be found again in the records. */
  readonly #known: readonly PublishedHead[]
  #head: SignedHead | undefined
  #restoredFiles = 0

  constructor(
    publication: Publication,
    published: PublishedHead | undefined,
    known: readonly PublishedHead[],
  ) {
    this.#publication = publication
    this.#published = published
    this.#known = known
  }

  async add(record: Uint8Array): Promise<void> {
    const decoded = decodeRecord(record)
    const checkpoint = decoded && readCheckpoint(decoded.checkpoint)
    if (decoded === undefined || checkpoint === undefined)
      throw new LogDamaged('a record is malformed')
    for (const leaf of decoded.leaves) this.#addLeaf(leaf)
    if (
      checkpoint.size !== this.#frontier.size ||
      !sameBytes(checkpoint.root, this.#frontier.root())
    )
      throw new LogDamaged('a checkpoint in the records does not match the entries')
    this.#head = { size: checkpoint.size, note: decoded.checkpoint }
    this.#restoredFiles += await this.#publication.restorePending()
  }

  finish(policy: TrustPolicy): RecoveredLog {
    if (this.#head !== undefined && !checkCheckpoint(this.#head.note, policy).ok)
      throw new LogDamaged('the records are not signed by this log')
    if (this.#known.some(({ size }) => size > this.#frontier.size))
      throw new LogDamaged('more was published than the records hold: they were cut off')
    this.#publication.resume(this.#published)
    if (this.#head !== undefined) this.#publication.offer(this.#head)
    return {
      frontier: this.#frontier,
      chains: this.#chains,
      publication: this.#publication,
      head: this.#head,
      restoredFiles: this.#restoredFiles,
    }
  }

  #addLeaf(leaf: Uint8Array): void {
    const hash = leafHash(leaf)
    const entry = parseEntry(leaf)
    if (entry === undefined || this.#chains.faultOf(entry) !== undefined)
      throw new LogDamaged('a record holds an entry that breaks the form or its chain')
    const index = this.#frontier.size
    this.#chains.follow(entry, index, toDigest(hash))
    this.#frontier.append(hash)
    // A record's memory is the whole segment; the open bundle must not keep it alive.
    this.#publication.add(Buffer.from(leaf), hash)
    const heads = this.#known.filter(({ size }) => size === index + 1)
    if (heads.some(({ checkpoint }) => !sameBytes(checkpoint.root, this.#frontier.root())))
      throw new LogDamaged('the published checkpoint has another root: the records were rewritten')
  }
}
