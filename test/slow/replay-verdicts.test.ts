/**
 * Goal: a replay says what differs, not only that something does.
 * Method: one released job in a real deployment; then one thing at a time is taken away or changed.
 */

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type Deployment, openDeployment } from '../../src/composition/deployment.ts'
import type { JobId } from '../../src/model/job.ts'
import { JobRequest } from '../../src/model/job.ts'
import { Principal } from '../../src/model/principal.ts'
import type { ReplayReport } from '../../src/model/replay.ts'
import { replayJob } from '../../src/pipeline/replay-job.ts'
import { createDemoHome } from '../support/demo-home.ts'
import { temporaryFolder } from '../support/state.ts'

const project = join(import.meta.dirname, '../..')
const ANA = Principal.parse({ id: 'ana', organisation: 'ganjiang-data', roles: ['operator'] })
const EVA = Principal.parse({ id: 'eva', organisation: 'bureau', roles: ['auditor'] })
const REQUEST = JobRequest.parse({
  agreement: 'AGR-B',
  purpose: 'insurance.pricing.aggregate',
  sql: 'SELECT sex, count(*) AS n FROM person_base GROUP BY sex',
})

const open = (home: string, policies = join(project, 'policies')) =>
  openDeployment({
    home,
    project,
    policies,
    operations: { info: () => undefined, error: () => undefined },
    environment: {},
  })

async function releasedJob({ service }: Deployment): Promise<JobId> {
  const job = await service.submit(ANA, REQUEST)
  if (!job.ok) throw new Error(job.problem.code)
  for (let turn = 0; turn < 600; turn++) {
    const found = await service.findJob(ANA, job.value.id)
    if (found.ok && found.value.state === 'released') return job.value.id
    await sleep(50)
  }
  throw new Error('the job was not released')
}

async function replayed({ service }: Deployment, job: JobId): Promise<ReplayReport> {
  const report = await service.replay(EVA, job)
  if (!report.ok) throw new Error(report.problem.code)
  return report.value
}

it('names the stage that differs first', async () => {
  const { home } = await createDemoHome('verdicts')
  // A home of its own snapshots: one of them will be damaged.
  const shared = join(home, 'snapshots')
  const own = join(home, 'own-snapshots')
  // With owners and modes: workers may read as an account of their own.
  execFileSync('cp', ['-a', `${shared}/.`, own])
  rmSync(shared)
  renameSync(own, shared)

  const first = await open(home)
  const job = await releasedJob(first)
  expect(await replayed(first, job)).toMatchObject({ verdict: 'MATCH', environment: [] })

  const booked = first.world.book.jobs.get(job)
  if (booked === undefined) throw new Error('the job is in the book')
  const environment = () => ({ ...first.world.workers.environment(), arch: 'another' })
  const workers = new Proxy(first.world.workers, {
    get: (target, name) => {
      if (name === 'environment') return environment
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  expect(await replayJob({ ...first.world, workers }, EVA, booked)).toMatchObject({
    verdict: 'MATCH_OTHER_ENV',
    environment: [{ name: 'arch', now: 'another' }],
  })
  await first.close()

  const changed = temporaryFolder('policies')
  cpSync(join(project, 'policies'), changed, { recursive: true })
  const policy = join(changed, 'release/sensitive_persons.yaml')
  writeFileSync(
    policy,
    readFileSync(policy, 'utf8').replace('minimumUnits: 20', 'minimumUnits: 21'),
  )
  const second = await open(home, changed)
  expect(await replayed(second, job)).toMatchObject({ verdict: 'PLAN_DRIFT', stage: 'release' })
  await second.close()

  const third = await open(home)
  const data = readdirSync(shared, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith('data.duckdb'),
  )
  const file = join(shared, data ?? '')
  const { mode } = statSync(file)
  chmodSync(file, 0o600)
  const bytes = readFileSync(file)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  writeFileSync(file, bytes)
  chmodSync(file, mode)
  expect(await replayed(third, job)).toMatchObject({ verdict: 'INPUT_CHANGED', stage: 'inputs' })
  rmSync(join(home, 'vault/jobs', job), { recursive: true })
  expect(await replayed(third, job)).toMatchObject({ verdict: 'NOT_REPLAYABLE', stage: 'log' })
  await third.close()
})
