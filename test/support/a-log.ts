/** Builds small logs for tests: a journal in memory, filled with jobs, and what it published. */

import type { CommittedEntry, EntryDraft, EntryType } from '../../src/model/audit-entry.ts'
import type { JobId } from '../../src/model/job.ts'
import type { PrincipalId } from '../../src/model/principal.ts'
import { openJournal, type SignedJournal } from '../../src/pipeline/journal.ts'
import {
  ManualClock,
  MemoryBlobs,
  MemoryRecords,
  seededRandom,
  seededSigner,
} from './journal-ports.ts'

export const ANA = { subject: 'ana' as PrincipalId, organisation: 'op-17' }

/** The events of a job that ends with a release, in order. */
export const RELEASED_JOB = [
  'job.submitted',
  'authz.decision',
  'job.planned',
  'budget.charged',
  'job.started',
  'job.finished',
  'result.sealed',
  'result.released',
] as const satisfies readonly EntryType[]

export function jobId(number: number): JobId {
  return `job_${String(number).padStart(26, '0')}` as JobId
}

export function aDraft(draft: Partial<EntryDraft> = {}): EntryDraft {
  return { type: 'job.submitted', actor: ANA, body: {}, ...draft }
}

export interface TestLog {
  readonly journal: SignedJournal
  readonly records: MemoryRecords
  readonly tiles: MemoryBlobs
  readonly clock: ManualClock
}

export interface TestLogOptions {
  readonly records?: MemoryRecords
  readonly tiles?: MemoryBlobs
  readonly seed?: string
  readonly origin?: string
  /** Makes identifiers differ between writers of one log. */
  readonly boot?: string
}

/** Publishes only when asked, so that a test decides what is published. */
export async function openTestLog(options: TestLogOptions = {}): Promise<TestLog> {
  const records = options.records ?? new MemoryRecords()
  const tiles = options.tiles ?? new MemoryBlobs()
  const clock = new ManualClock()
  const journal = await openJournal({
    records,
    tiles,
    clock,
    signer: seededSigner(options.seed ?? 'log', options.origin),
    random: seededRandom(options.boot ?? 'first boot'),
    software: { glovebox: `sha256:${'0'.repeat(64)}` },
    publicationDelayMs: 3_600_000,
  })
  return { journal, records, tiles, clock }
}

/** Runs whole jobs, one after another. Answers the entries of each. */
export async function runJobs(
  journal: SignedJournal,
  count: number,
  first = 0,
): Promise<CommittedEntry[][]> {
  const jobs: CommittedEntry[][] = []
  for (let n = first; n < first + count; n++) {
    const drafts = RELEASED_JOB.map((type) => {
      const refs = type === 'result.released' ? { refs: { result: digestOf(n) } } : {}
      return aDraft({ type, job: jobId(n), body: { step: type }, ...refs })
    })
    jobs.push(await Promise.all(drafts.map((draft) => journal.append(draft))))
  }
  return jobs
}

/** The digest that the release entry of job `n` names. */
function digestOf(n: number): string {
  return n.toString(16).padStart(64, '0')
}
