/** What the steps of a job work with: the ports, and the two folds over the log. */

import type { MutableJobBook } from '../core/jobs/job-book.ts'
import type { JobId } from '../model/job.ts'
import type { BudgetKeeper } from './budget-keeper.ts'
import type { SignedJournal } from './journal.ts'
import type {
  BlobStore,
  Clock,
  Concealer,
  Journal,
  Log,
  NoiseKeys,
  PolicyStore,
  RandomSource,
  Signer,
  SnapshotStore,
  Workers,
} from './ports.ts'

export interface JobWorld {
  readonly workers: Workers
  /** Where entries go: durable, then in the book. */
  readonly journal: Journal
  /** What is published of them, for receipts. */
  readonly log: SignedJournal
  readonly signer: Signer
  readonly keeper: BudgetKeeper
  readonly book: MutableJobBook
  /** Released jobs whose receipt exists: only their results may be read. */
  readonly readable: Set<JobId>
  /** Organisations whose jobs wait, because a worker of theirs attacked its sandbox. */
  readonly held: Set<string>
  readonly policies: PolicyStore
  readonly snapshots: SnapshotStore
  readonly noiseKeys: NoiseKeys
  /** Encrypted and erasable: statements, details of refusals, salts. */
  readonly vault: BlobStore
  /** Released bytes and receipts. */
  readonly results: BlobStore
  /** The operational log of the service, not the audit log. */
  readonly operations: Log
  readonly conceal: Concealer
  readonly clock: Clock
  readonly random: RandomSource
}
