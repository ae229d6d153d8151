/** What the steps of a job work with: the ports, and the two folds over the log. */

import type { MutableJobBook } from '../core/jobs/job-book.ts'
import type { BudgetKeeper } from './budget-keeper.ts'
import type {
  BlobStore,
  Clock,
  Journal,
  NoiseKeys,
  PolicyStore,
  RandomSource,
  SnapshotStore,
  Workers,
} from './ports.ts'

export interface JobWorld {
  readonly workers: Workers
  readonly journal: Journal
  readonly keeper: BudgetKeeper
  readonly book: MutableJobBook
  readonly policies: PolicyStore
  readonly snapshots: SnapshotStore
  readonly noiseKeys: NoiseKeys
  /** Encrypted and erasable: statements, details of refusals, salts. */
  readonly vault: BlobStore
  /** Released bytes and receipts. */
  readonly results: BlobStore
  readonly clock: Clock
  readonly random: RandomSource
}
