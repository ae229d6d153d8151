/**
 * Goal: what is on disk, who asks at the same time and how the service stops change no answer.
 * Method: a real deployment over the demo province, in this process.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Deployment, openDeployment } from '../../src/composition/deployment.ts'
import type { JobId, JobRequest } from '../../src/model/job.ts'
import { JobRequest as Request } from '../../src/model/job.ts'
import { Principal } from '../../src/model/principal.ts'
import { createDemoHome } from '../support/demo-home.ts'

const project = join(import.meta.dirname, '../..')
const ANA = Principal.parse({ id: 'ana', organisation: 'ganjiang-data', roles: ['operator'] })
const CHEN = Principal.parse({
  id: 'chen',
  organisation: 'city-planning-institute',
  roles: ['operator'],
})
const REQUEST: JobRequest = Request.parse({
  agreement: 'AGR-B',
  purpose: 'insurance.pricing.aggregate',
  sql: 'SELECT sex, count(*) AS n FROM person_base GROUP BY sex',
})
const TRIPS: JobRequest = Request.parse({
  agreement: 'AGR-C',
  purpose: 'transport.planning',
  sql: 'SELECT o_region, count(*) AS n FROM commute_od GROUP BY o_region',
})

let home: string
let deployment: Deployment

const open = () =>
  openDeployment({
    home,
    project,
    policies: join(project, 'policies'),
    operations: { info: () => undefined, error: () => undefined },
    environment: {},
  })

beforeAll(async () => {
  ;({ home } = await createDemoHome('attack'))
  deployment = await open()
}, 120_000)

afterAll(async () => {
  await deployment?.close()
}, 30_000)

async function ended(principal: Principal, id: JobId): Promise<string> {
  for (let turn = 0; turn < 600; turn++) {
    const job = await deployment.service.findJob(principal, id)
    if (!job.ok) return job.problem.code
    if (['released', 'refused', 'failed', 'cancelled'].includes(job.value.state))
      return job.value.state
    await sleep(50)
  }
  return 'unfinished'
}

async function submitted(principal: Principal, request: JobRequest, key?: string): Promise<JobId> {
  const job = await deployment.service.submit(principal, request, key)
  if (!job.ok) throw new Error(job.problem.code)
  return job.value.id
}

it('makes one job of one key, also in one turn of the event loop', async () => {
  const ids = await Promise.all([1, 2, 3].map(() => submitted(ANA, REQUEST, 'same-turn')))
  for (const id of ids) await ended(ANA, id)
  expect(new Set(ids).size).toBe(1)
}, 60_000)

it('does not hand out a result that is not the one it released', async () => {
  const id = await submitted(ANA, REQUEST)
  expect(await ended(ANA, id)).toBe('released')
  const file = join(home, 'results/results', id)
  const bytes = readFileSync(file)
  const digit = bytes.findLastIndex((byte) => byte >= 0x30 && byte <= 0x39)
  bytes[digit] = (bytes[digit] ?? 0) === 0x31 ? 0x32 : 0x31
  writeFileSync(file, bytes)
  const result = await deployment.service.result(ANA, id).catch(() => undefined)
  expect(result?.ok === true).toBe(false)
}, 60_000)

it("does not refuse one operator's job because another one asks much", async () => {
  const noise = Array.from({ length: 200 }, () =>
    deployment.service.explain(ANA, REQUEST).catch(() => undefined),
  )
  const id = await submitted(CHEN, TRIPS)
  const state = await ended(CHEN, id)
  await Promise.all(noise)
  expect(state).toBe('released')
}, 60_000)

// Last: it closes the deployment and opens it again.
it('keeps charged jobs through an orderly stop', async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, () => submitted(ANA, REQUEST)))
  await deployment.close()
  deployment = await open()
  const states = await Promise.all(ids.map((id) => ended(ANA, id)))
  expect(states).toEqual(ids.map(() => 'released'))
}, 120_000)
