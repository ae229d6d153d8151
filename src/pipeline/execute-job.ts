/** Steps 8 to 10 of a job: exact cells in the vault, release, the operator's SQL over released tables. */

import { boundingSalt } from '../core/privacy/bounding-salt.ts'
import { createNoiseSource } from '../core/privacy/noise-stream.ts'
import { release } from '../core/release/release.ts'
import { assert } from '../model/assert.ts'
import type { Confidential } from '../model/confidential.ts'
import type { Plan } from '../model/plan.ts'
import { decline, ok, type Result } from '../model/result.ts'
import type { ReleasedTable, TextTable } from '../model/table.ts'
import type { AdmittedJob } from './admit-job.ts'
import type { NoiseKeys, WorkControl, WorkerFailure, Workers } from './ports.ts'

/** What a computation depends on, beyond its plan: the same values give the same bytes. */
export interface Computation {
  readonly admitted: AdmittedJob
  /** Leaf hash of the job's charge; noise is bound to it. */
  readonly releaseId: string
  readonly noiseEpoch: number
  /** Worker processes are never shared between tenants. */
  readonly tenant: string
}

interface ComputeWorld {
  readonly workers: Workers
  readonly noiseKeys: NoiseKeys
}

/** Steps 8 to 10. Declines with one constant problem for everything that may depend on data. */
export async function computeResult(
  world: ComputeWorld,
  computation: Computation,
  control: WorkControl = {},
): Promise<Result<TextTable>> {
  const cells = await computeCells(world, computation, control)
  if (!cells.ok) return cells
  const released = releaseCells(world, computation, cells.value)
  if (!released.ok) return released
  return postProcess(world, computation, released.value, control)
}

async function computeCells(
  world: ComputeWorld,
  { admitted, noiseEpoch, tenant }: Computation,
  control: WorkControl,
): Promise<Result<Confidential<readonly TextTable[]>>> {
  const { plan, grant, snapshot } = admitted
  const answer = await world.workers.computeCells(
    {
      snapshot,
      tenant,
      minimumIsolation: grant.release.minimumIsolation,
      queries: plan.releaseNodes.flatMap((node) => node.cellQueries.map((query) => query.sql)),
      salt: boundingSalt(noiseKey(world, noiseEpoch), snapshot.digest),
      maximumRows: maximumCells(admitted),
    },
    control,
  )
  return answer.ok ? ok(answer.value) : declineFailure(answer.failure)
}

/** Step 9. Every number that leaves passes here and nowhere else. */
function releaseCells(
  world: ComputeWorld,
  { admitted, releaseId, noiseEpoch }: Computation,
  cells: Confidential<readonly TextTable[]>,
): Result<readonly ReleasedTable[]> {
  const { plan, grant, snapshot, charge } = admitted
  const key = noiseKey(world, noiseEpoch)
  const released: ReleasedTable[] = []
  let first = 0
  for (const node of plan.releaseNodes) {
    const noise = createNoiseSource(key, {
      releaseId,
      node: node.name,
      planDigest: plan.digest,
      snapshotDigest: snapshot.digest,
      policyDigest: grant.releaseDigest,
    })
    const outcome = release({
      node,
      tables: cells,
      firstTable: first,
      rules: grant.release.rules,
      picoRho: charge.picoRho / BigInt(plan.releaseNodes.length),
      noise,
    })
    if (!outcome.ok) return outcome
    released.push(outcome.value)
    first += node.cellQueries.length
  }
  return ok(released)
}

async function postProcess(
  world: ComputeWorld,
  { admitted, tenant }: Computation,
  tables: readonly ReleasedTable[],
  control: WorkControl,
): Promise<Result<TextTable>> {
  const answer = await world.workers.postProcess(
    {
      tenant,
      minimumIsolation: admitted.grant.release.minimumIsolation,
      tables,
      sql: admitted.plan.postSql,
      maximumRows: maximumCells(admitted),
    },
    control,
  )
  if (!answer.ok) return declineFailure(answer.failure)
  return ok({ rows: answer.value.rows, columns: namedColumns(admitted.plan, answer.value) })
}

function namedColumns(plan: Plan, table: TextTable): TextTable['columns'] {
  assert(plan.columns.length === table.columns.length, 'the result has the planned columns')
  return table.columns.map(({ type }, index) => ({ name: plan.columns[index] ?? '', type }))
}

function maximumCells({ grant }: AdmittedJob): number {
  return grant.release.rules.maximumCells
}

function noiseKey(world: ComputeWorld, epoch: number): Uint8Array {
  const key = world.noiseKeys.keyOf(epoch)
  assert(key !== undefined, 'the noise key of the epoch is present')
  return key
}

/**
 * Whatever may depend on data is one problem with one text. Only what the operator or the system
 * did, and data cannot cause, has a code of its own.
 */
function declineFailure(failure: WorkerFailure): Result<never> {
  if (failure === 'cancelled')
    return decline('job-cancelled', { en: 'cancelled on request', zh: '已按请求取消' })
  if (failure === 'busy')
    return decline('too-many-jobs', { en: 'all workers are busy', zh: '计算进程繁忙' })
  if (failure === 'isolation_unavailable')
    return decline('isolation-unavailable', {
      en: 'no worker reaches the isolation level of the policy',
      zh: '没有达到策略隔离等级的计算进程',
    })
  return decline('execution-failed', {
    en: 'the computation ended without a result',
    zh: '计算未产生结果',
  })
}
