/** Steps 11 and 12 of a job: bytes on disk, then the fact in the log, then the receipt; only then readable. */

import { createHash } from 'node:crypto'
import { encodeResult } from '../core/jobs/canonical-result.ts'
import { describeGuarantee } from '../core/release/guarantee.ts'
import { assert } from '../model/assert.ts'
import type { Actor } from '../model/audit-entry.ts'
import type { JobId } from '../model/job.ts'
import type { TextTable } from '../model/table.ts'
import type { AdmittedJob } from './admit-job.ts'
import { issueReceipt } from './issue-receipt.ts'
import type { JobWorld } from './job-world.ts'

export interface Delivery {
  readonly actor: Actor
  readonly admitted: AdmittedJob
  readonly table: TextTable
}

/** Seals and releases a computed table. */
export async function deliver(world: JobWorld, job: JobId, delivery: Delivery): Promise<void> {
  const { actor, admitted, table } = delivery
  const bytes = encodeResult(table)
  const digest = createHash('sha256').update(bytes).digest('hex')
  const salt = Buffer.from(world.random.bytes(16)).toString('hex')
  await Promise.all([
    world.vault.write(`jobs/${job}/seal`, Buffer.from(salt)),
    world.results.write(`results/${job}`, bytes),
  ])
  const finished = world.journal.append({
    type: 'job.finished',
    actor,
    job,
    body: { outcome: 'computed' },
  })
  const seal = createHash('sha256').update(`${salt}\n${digest}`).digest('hex')
  const sealed = world.journal.append({
    type: 'result.sealed',
    actor,
    job,
    refs: { seal },
    body: { encoding: 'res-v1' },
  })
  const released = recordRelease(world, job, actor, { admitted, digest, lane: 'automatic' })
  await Promise.all([finished, sealed, released])
  await issueReceipt(world, job)
}

interface ReleaseRecord {
  readonly admitted: AdmittedJob
  readonly digest: string
  readonly lane: 'automatic' | 'repeated'
}

async function recordRelease(
  world: JobWorld,
  job: JobId,
  actor: Actor,
  { admitted, digest, lane }: ReleaseRecord,
): Promise<void> {
  const { charge, grant } = admitted
  await world.journal.append({
    type: 'result.released',
    actor,
    job,
    refs: { result: digest },
    body: {
      encoding: 'res-v1',
      lane,
      guarantee: { ...describeGuarantee(grant.release.rules, charge) },
    },
  })
}

/** Answers with the bytes of an earlier release where the charge says so. Returns whether it did. */
export async function repeatAnswer(
  world: JobWorld,
  id: JobId,
  actor: Actor,
  admitted: AdmittedJob,
): Promise<boolean> {
  const { earlier } = world.book.jobs.get(id) ?? {}
  if (earlier === undefined) return false
  const bytes = await world.results.read(`results/${earlier}`)
  const digest = world.book.jobs.get(earlier)?.refs['result']
  assert(
    bytes !== undefined && digest === createHash('sha256').update(bytes).digest('hex'),
    'an earlier answer is what was released',
  )
  await world.results.write(`results/${id}`, bytes)
  await recordRelease(world, id, actor, { admitted, digest, lane: 'repeated' })
  await issueReceipt(world, id)
  return true
}
