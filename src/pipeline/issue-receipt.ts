/** Step 12 of a job, last part: the receipt, built from the log alone, so that it can be built again. */

import { readCheckpoint } from '../core/transparency/checkpoint.ts'
import { buildReceipt, type ReceiptEvent } from '../core/transparency/receipt.ts'
import { assert } from '../model/assert.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import type { CanonicalValue } from '../model/canonical-json.ts'
import { Sha256 } from '../model/digest.ts'
import type { JobId } from '../model/job.ts'
import type { JobWorld } from './job-world.ts'

const PREDICATE_TYPE = 'https://glovebox.example/release/v1'

type ReceiptWorld = Pick<JobWorld, 'book' | 'log' | 'readable' | 'results' | 'signer'>

/** Writes the receipt of a released job. A result becomes readable when this has resolved. */
export async function issueReceipt(world: ReceiptWorld, id: JobId): Promise<void> {
  const { log, signer } = world
  const job = world.book.jobs.get(id)
  assert(job?.state === 'released', 'only a released job has a receipt')
  await log.flushPublication()
  const checkpoint = log.checkpoint()
  const size = readCheckpoint(checkpoint)?.size
  assert(size !== undefined, 'a published checkpoint states its size')
  const events = await Promise.all(
    job.entries.filter((index) => index < size).map((index) => readEvent(world, index, size)),
  )
  const receipt = buildReceipt(
    {
      job: id,
      digest: Sha256.parse(job.refs['result']),
      predicateType: PREDICATE_TYPE,
      predicate: predicateOf(events, job.refs),
      events,
      checkpoint,
      policy: log.trustPolicy(),
    },
    signer,
  )
  await world.results.write(`receipts/${id}`, receipt)
  world.readable.add(id)
}

async function readEvent(
  { log }: ReceiptWorld,
  index: number,
  size: number,
): Promise<ReceiptEvent> {
  const [leaf, path] = await Promise.all([log.leaf(index), log.inclusionProof(index, size)])
  assert(leaf !== undefined && path !== undefined, 'a published entry can be proven')
  return { index, leaf, path }
}

/** What the statement says about the released bytes: the digests and facts of the job's entries. */
function predicateOf(
  events: readonly ReceiptEvent[],
  refs: Readonly<Record<string, string>>,
): CanonicalValue {
  const entries = events.map(({ leaf }) => JSON.parse(new TextDecoder().decode(leaf)) as AuditEntry)
  // The last start is the one that produced the bytes.
  const bodyOf = (type: AuditEntry['type']) =>
    entries.findLast((entry) => entry.type === type)?.body
  const started = bodyOf('job.started')
  const charged = bodyOf('budget.charged')
  const { agreement, purpose } = bodyOf('job.submitted') ?? {}
  return {
    agreement,
    purpose,
    digests: { ...refs },
    mode: bodyOf('job.planned')?.['mode'],
    charge: { picoRho: charged?.['picoRho'], attoDelta: charged?.['attoDelta'] },
    /** The job whose released bytes these are, where the question had been answered before. */
    repeats: charged?.['earlier'],
    isolation: started?.['isolation'],
    environment: started?.['environment'],
    guarantee: bodyOf('result.released')?.['guarantee'],
  }
}
