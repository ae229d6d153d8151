/** Steps 2 to 6 of a job: who asks, what the text says, how it splits, what it costs. Reads no data. */

import { agencyDay } from '../core/access/agency-day.ts'
import { authorise } from '../core/access/authorise.ts'
import {
  confirmPrinted,
  type PlannedStatement,
  planStatement,
  readStatement,
} from '../core/planner/plan-statement.ts'
import { price } from '../core/release/price.ts'
import { assert } from '../model/assert.ts'
import type { Grant } from '../model/grant.ts'
import type { JobRequest } from '../model/job.ts'
import type { Charge, Plan } from '../model/plan.ts'
import type { Principal } from '../model/principal.ts'
import { decline, ok, type Result } from '../model/result.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { JobWorld } from './job-world.ts'

/** A request that may run, with everything that determined it. */
export interface AdmittedJob {
  readonly grant: Grant
  readonly plan: Plan
  readonly charge: Charge
  readonly snapshot: Snapshot
}

type AdmissionWorld = Pick<JobWorld, 'workers' | 'policies' | 'snapshots' | 'clock'>

/** Pins a recorded job to the moment and the snapshot of its first admission. */
export interface RecordedAdmission {
  readonly atMs: number
  readonly snapshot: string
}

/** Declines at the first step that does; touches neither data nor budget. */
export async function admitJob(
  world: AdmissionWorld,
  principal: Principal,
  request: JobRequest,
  recorded?: RecordedAdmission,
): Promise<Result<AdmittedJob>> {
  const policies = world.policies.current()
  const day = agencyDay(recorded?.atMs ?? world.clock.nowMs())
  const grant = authorise({ principal, request, policies, day })
  if (!grant.ok) return grant

  const planned = await planText(world, request.sql, grant.value)
  if (!planned.ok) return planned
  const { plan } = planned.value

  const charge = price(plan, grant.value.release.rules)
  if (!charge.ok) return charge

  const snapshot = await findSnapshot(world, grant.value, plan, recorded?.snapshot)
  if (!snapshot.ok) return snapshot
  return ok({ grant: grant.value, plan, charge: charge.value, snapshot: snapshot.value })
}

/** Parses, admits and plans; then parses every generated text again, to run what was analysed. */
async function planText(
  world: AdmissionWorld,
  sql: string,
  grant: Grant,
): Promise<Result<PlannedStatement>> {
  const tree = await parse(world, sql)
  if (!tree.ok) return tree
  const statement = readStatement(tree.value, sql)
  if (!statement.ok) return statement
  const planned = planStatement(statement.value, grant, world.policies.current().products)
  if (!planned.ok) return planned
  const { printed } = planned.value
  const reparsed = await Promise.all(printed.map(({ text }) => parse(world, text)))
  for (const [index, query] of printed.entries()) {
    const reading = reparsed[index]
    assert(reading !== undefined, 'every generated text was parsed again')
    if (!reading.ok) return reading
    assert(confirmPrinted(query, reading.value), 'generated SQL reads back as planned')
  }
  return planned
}

async function parse(world: AdmissionWorld, sql: string): Promise<Result<string>> {
  const answer = await world.workers.parse(sql)
  if (answer.ok) return ok(answer.value)
  if (answer.failure === 'invalid_query')
    return decline('sql-syntax', {
      en: 'the text cannot be parsed as one SELECT statement',
      zh: '无法将文本解析为一条 SELECT 语句',
    })
  if (answer.failure === 'busy')
    return decline('too-many-jobs', { en: 'the parser is busy', zh: '解析进程繁忙' })
  return decline('execution-failed', { en: 'the parser gave no answer', zh: '解析进程没有应答' })
}

/** All products of a statement must come from one snapshot: a vault worker opens exactly one. */
async function findSnapshot(
  world: AdmissionWorld,
  grant: Grant,
  plan: Plan,
  recorded: string | undefined,
): Promise<Result<Snapshot>> {
  const products = new Set([
    ...plan.releaseNodes.flatMap((node) => node.products),
    ...(plan.publicTables ?? []).map(({ product }) => product),
  ])
  const datasets = new Set([...products].map((id) => grant.products.get(id)?.dataset))
  const [dataset, ...others] = datasets
  if (dataset === undefined || others.length > 0)
    return decline('sql-unsupported', {
      en: 'a statement reads tables of one dataset',
      zh: '一条语句只能读取同一数据集的表',
    })
  const snapshot = await (recorded === undefined
    ? world.snapshots.current(dataset)
    : world.snapshots.find(recorded))
  const held = new Set(snapshot?.manifest.tables.map((table) => table.product))
  if (snapshot === undefined || [...products].some((product) => !held.has(product)))
    return decline('snapshot-missing', {
      en: `dataset ${dataset} has no snapshot with these tables`,
      zh: `数据集 ${dataset} 没有包含这些表的快照`,
    })
  return ok(snapshot)
}
