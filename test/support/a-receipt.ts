/** Builds receipts for tests, from a log that really contains the job. */

import { sha256 } from '../../src/core/transparency/merkle-tree.ts'
import { buildReceipt, type ReceiptDocument } from '../../src/core/transparency/receipt.ts'
import type { CommittedEntry } from '../../src/model/audit-entry.ts'
import { Sha256 } from '../../src/model/digest.ts'
import type { JobId } from '../../src/model/job.ts'
import type { Signer } from '../../src/pipeline/ports.ts'
import { aDraft, jobId, openTestLog, RELEASED_JOB, type TestLog } from './a-log.ts'
import { seededSigner } from './journal-ports.ts'
import { required } from './required.ts'

export const PREDICATE_TYPE = 'https://glovebox.test/release/v1'

/** The released bytes of job `n`. */
export function resultOf(n: number): Uint8Array {
  return Buffer.from(`region,count\nnorth,${n}\n`)
}

export function digestOf(bytes: Uint8Array): Sha256 {
  return Sha256.parse(Buffer.from(sha256(bytes)).toString('hex'))
}

export interface ReceiptedLog extends TestLog {
  readonly signer: Signer
  /** One receipt per job, by the number of the job. */
  readonly receipts: readonly Uint8Array[]
  readonly policy: string
}

/** A log in which each of `count` jobs released its result, and the receipts of all of them. */
export async function aReceiptedLog(count: number, seed = 'log'): Promise<ReceiptedLog> {
  const log = await openTestLog({ seed })
  const signer = seededSigner(seed)
  const jobs: CommittedEntry[][] = []
  for (let n = 0; n < count; n++) jobs.push(await releaseJob(log, n))
  await log.journal.flushPublication()
  const receipts: Uint8Array[] = []
  for (const [n, events] of jobs.entries()) receipts.push(await receiptOf(log, signer, n, events))
  return { ...log, signer, receipts, policy: log.journal.trustPolicy() }
}

async function releaseJob({ journal }: TestLog, n: number): Promise<CommittedEntry[]> {
  const events: CommittedEntry[] = []
  for (const type of RELEASED_JOB) {
    const refs = { result: `sha256:${digestOf(resultOf(n))}` }
    const draft = aDraft({ type, job: jobId(n), body: { job: n } })
    const isRelease = type === 'result.released'
    events.push(await journal.append(isRelease ? { ...draft, refs } : draft))
  }
  return events
}

async function receiptOf(
  { journal }: TestLog,
  signer: Signer,
  n: number,
  events: readonly CommittedEntry[],
): Promise<Uint8Array> {
  const size = journal.size
  const proven = events.map(async ({ index, leaf }) => ({
    index,
    leaf,
    path: required(await journal.inclusionProof(index, size)),
  }))
  return buildReceipt(
    {
      job: jobId(n) as JobId,
      digest: digestOf(resultOf(n)),
      predicateType: PREDICATE_TYPE,
      predicate: { plan: 'a'.repeat(64), release: { mode: 'threshold', epsilon: '0.5' } },
      events: await Promise.all(proven),
      checkpoint: journal.checkpoint(),
      policy: journal.trustPolicy(),
    },
    signer,
  )
}

/** A copy of a receipt with some members replaced. */
export function withMembers(
  receipt: Uint8Array,
  change: (document: ReceiptDocument) => Partial<Record<keyof ReceiptDocument, unknown>>,
): Uint8Array {
  const document = JSON.parse(Buffer.from(receipt).toString()) as ReceiptDocument
  return Buffer.from(JSON.stringify({ ...document, ...change(document) }))
}
