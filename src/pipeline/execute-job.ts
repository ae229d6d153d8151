/** Steps 8 to 10 of a job: exact cells in the vault, release, the operator's SQL over released tables. */

import { boundingSalt } from '../core/privacy/bounding-salt.ts'
import { createNoiseSource, type NoiseSource } from '../core/privacy/noise-stream.ts'
import { describeMechanism } from '../core/release/noise-plan.ts'
import { openPublicTable } from '../core/release/open-public-table.ts'
import { splitCharge } from '../core/release/price.ts'
import { type ReleaseOrder, releaseAll } from '../core/release/release.ts'
import { assert } from '../model/assert.ts'
import type { Confidential } from '../model/confidential.ts'
import type { Plan, ReleaseNode } from '../model/plan.ts'
import type { ReleasePolicy } from '../model/release-policy.ts'
import { decline, ok, type Result } from '../model/result.ts'
import type { ReleasedTable, TextTable } from '../model/table.ts'
import type { AdmittedJob } from './admit-job.ts'
import type { NoiseKeys, VaultWork, WorkControl, WorkerFailure, Workers } from './ports.ts'

/** Groups a vault may answer with before release judges them: a bound on memory, not on output. */
const MAXIMUM_CELLS = 200_000

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
  const { plan, charge } = computation.admitted
  const shares = splitCharge(plan, charge)
  const orders: ReleaseOrder[] = []
  for (const [index, node] of plan.releaseNodes.entries()) {
    const cells = await askVault(world, computation, queriesOf(node), control)
    if (!cells.ok) return cells
    const picoRho = shares[index] ?? 0n
    const noise = noiseOf(world, computation, node, picoRho)
    orders.push({ node, tables: cells.value, picoRho, noise })
  }
  // Step 9. Every number that leaves passes here and nowhere else.
  const released = releaseAll(orders, computation.admitted.grant.release.rules)
  if (!released.ok) return released
  const reference = await readPublicTables(world, computation, control)
  if (!reference.ok) return reference
  return postProcess(world, computation, [...released.value, ...reference.value], control)
}

/** Queries over the tables they name, each answering one table. */
type VaultQueries = Pick<VaultWork, 'tables' | 'queries'>

function queriesOf({ products, cellQueries }: ReleaseNode): VaultQueries {
  return { tables: products, queries: cellQueries.map(({ sql }) => sql) }
}

/** Reference tables protect nobody: their rows go to the post query as they are. */
async function readPublicTables(
  world: ComputeWorld,
  computation: Computation,
  control: WorkControl,
): Promise<Result<readonly ReleasedTable[]>> {
  const { plan, grant } = computation.admitted
  const tables: ReleasedTable[] = []
  for (const { name, product, sql } of plan.publicTables ?? []) {
    const queries = { tables: [product], queries: [sql] }
    const rows = await askVault(world, computation, queries, control)
    if (!rows.ok) return rows
    tables.push(openPublicTable(name, grant.products.get(product), rows.value))
  }
  return ok(tables)
}

/** Step 8. What comes back is exact and stays confidential until step 9 has judged it. */
async function askVault(
  world: ComputeWorld,
  { admitted, noiseEpoch, tenant }: Computation,
  queries: VaultQueries,
  control: WorkControl,
): Promise<Result<Confidential<readonly TextTable[]>>> {
  const { grant, snapshot } = admitted
  const work: VaultWork = {
    snapshot,
    tenant,
    minimumIsolation: requiredIsolation(grant.release),
    ...queries,
    salt: boundingSalt(noiseKey(world, noiseEpoch), snapshot.digest),
    maximumRows: MAXIMUM_CELLS,
  }
  const answer = await world.workers.computeCells(work, control)
  return answer.ok ? ok(answer.value) : declineFailure(answer.failure)
}

function noiseOf(
  world: ComputeWorld,
  { admitted, releaseId, noiseEpoch }: Computation,
  node: ReleaseNode,
  picoRho: bigint,
): NoiseSource {
  const { plan, grant, snapshot } = admitted
  const { rules } = grant.release
  return createNoiseSource(noiseKey(world, noiseEpoch), {
    releaseId,
    plan: plan.digest,
    snapshot: snapshot.digest,
    policy: grant.releaseDigest,
    mechanism: rules.mode === 'dp' ? describeMechanism(node, rules, picoRho) : rules.mode,
  })
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
      minimumIsolation: requiredIsolation(admitted.grant.release),
      tables,
      sql: admitted.plan.postSql,
      maximumRows: admitted.grant.release.rules.maximumCells,
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

/** A development policy takes what the system offers; the isolation reached is in the receipt. */
function requiredIsolation(policy: ReleasePolicy): number {
  return policy.acceptsDevelopmentIsolation ? 1 : policy.minimumIsolation
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
