/**
 * Goal: what the README promises, through HTTP alone.
 * Method: a real gateway process over the demo province; the test knows URLs and tokens, no code.
 */

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoHome, type DemoHome, QUESTIONS } from '../support/demo-home.ts'
import { clientOf, type GatewayProcess, startGateway } from '../support/gateway-process.ts'

let demo: DemoHome
let gateway: GatewayProcess
type Client = ReturnType<typeof clientOf>
let operator: Client
let planner: Client
let auditor: Client
let steward: Client

beforeAll(async () => {
  demo = await createDemoHome('http')
  gateway = await startGateway(demo.home)
  operator = clientOf(gateway.url, demo.tokens['operator-a'])
  planner = clientOf(gateway.url, demo.tokens['operator-c'])
  auditor = clientOf(gateway.url, demo.tokens.auditor)
  steward = clientOf(gateway.url, demo.tokens.steward)
}, 60_000)

afterAll(() => gateway.kill('SIGTERM'))

async function release(client: Client, question: object): Promise<string> {
  const submitted = await client.post('/v1/jobs', question)
  expect(submitted.status).toBe(202)
  const { id } = (await submitted.json()) as { id: string }
  expect(await client.finish(id)).toMatchObject({ state: 'released' })
  return id
}

describe('a job', () => {
  it('goes from a question to a released table in three encodings', async () => {
    const id = await release(operator, QUESTIONS.hospital)
    const result = (await (await operator.get(`/v1/jobs/${id}/result`)).json()) as {
      columns: { name: string }[]
      rows: string[][]
      digest: string
    }
    expect(result.columns.map(({ name }) => name)).toEqual(['med_type', 'claims', 'mean_fee'])
    expect(result.rows.map(([type]) => type)).toEqual(['住院', '门诊'])
    for (const [, claims, mean] of result.rows) {
      expect(Number(claims) % 5).toBe(0)
      expect(mean).toMatch(/^[\d.]+$/)
    }
    const csv = await operator.get(`/v1/jobs/${id}/result`, 'text/csv')
    expect(await csv.text()).toMatch(/^med_type,claims,mean_fee\r\n/)
    const arrow = await operator.get(`/v1/jobs/${id}/result?format=arrow`)
    expect(arrow.headers.get('content-type')).toBe('application/vnd.apache.arrow.stream')
    const canonical = await operator.get(`/v1/jobs/${id}/result?format=canonical`)
    const bytes = Buffer.from(await canonical.arrayBuffer())
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(result.digest)
  })

  it('is answered with noise under an agreement that says so, and charged', async () => {
    const researcher = clientOf(gateway.url, demo.tokens['operator-g'])
    const before = await remaining(researcher)
    await release(researcher, QUESTIONS.noisy)
    const after = await remaining(researcher)
    expect(before.map((rho, i) => rho - (after[i] ?? 0n))).toEqual(before.map(() => 5_000_000_000n))
  })

  it('gets the same bytes for the same question, however it is spelled, and pays once', async () => {
    const researcher = clientOf(gateway.url, demo.tokens['operator-g'])
    const sql = 'SELECT sex, count(DISTINCT id_no) AS n FROM person_base GROUP BY sex'
    const first = await release(researcher, { ...QUESTIONS.noisy, sql })
    const before = await remaining(researcher)
    const spelled = 'select sex, /* again */ count(distinct id_no) as n from Person_Base group by 1'
    const second = await release(researcher, { ...QUESTIONS.noisy, sql: spelled })
    expect(await remaining(researcher)).toEqual(before)
    const bytesOf = async (id: string) =>
      (await researcher.get(`/v1/jobs/${id}/result?format=canonical`)).text()
    expect(await bytesOf(second)).toBe(await bytesOf(first))
    const replayed = await auditor.post('/v1/replays', { job: second })
    expect(await replayed.json()).toMatchObject({ verdict: 'MATCH' })
  })

  it('is refused with code, place, article and remedy in both languages, and costs nothing', async () => {
    const submitted = await operator.post('/v1/jobs', QUESTIONS.rows)
    const job = (await submitted.json()) as { id: string; state: string; problem: object }
    expect(job).toMatchObject({
      state: 'refused',
      problem: {
        code: 'row-level-output',
        at: { line: 1, column: 8 },
        basis: ['004-12', '004-17'],
        zh: { title: expect.stringMatching(/明细/) },
      },
    })
    expect((await operator.get(`/v1/jobs/${job.id}/result`)).status).toBe(422)
  })

  it('becomes one job when it is submitted twice with one key', async () => {
    const key = { 'idempotency-key': 'the-same-question' }
    const answers = await Promise.all(
      [1, 2, 3].map(async () => (await operator.post('/v1/jobs', QUESTIONS.hospital, key)).json()),
    )
    expect(new Set((answers as { id: string }[]).map(({ id }) => id)).size).toBe(1)
    const other = await operator.post('/v1/jobs', QUESTIONS.rows, key)
    expect(other.status).toBe(409)
  })
})

async function remaining(client: Client): Promise<bigint[]> {
  const explained = await client.post('/v1/jobs:explain', QUESTIONS.noisy)
  const body = (await explained.json()) as { remaining: { picoRho: string }[] }
  return body.remaining.map(({ picoRho }) => BigInt(picoRho))
}

describe('two operators at once', () => {
  it('each see their own jobs only; not found and not yours look alike', async () => {
    const [mine, theirs] = await Promise.all([
      release(operator, QUESTIONS.hospital),
      release(planner, QUESTIONS.trips),
    ])
    const listed = (await (await operator.get('/v1/jobs')).json()) as { jobs: { id: string }[] }
    const ids = listed.jobs.map(({ id }) => id)
    expect(ids).toContain(mine)
    expect(ids).not.toContain(theirs)
    const missing = 'job_00000000000000000000000000'
    for (const path of ['', '/result', '/receipt']) {
      const [foreign, absent] = await Promise.all(
        [theirs, missing].map((id) => operator.get(`/v1/jobs/${id}${path}`)),
      )
      expect(await withoutPath(foreign)).toEqual(await withoutPath(absent))
    }
  })

  async function withoutPath(response: Response | undefined): Promise<object> {
    if (response === undefined) throw new Error('both requests were answered')
    const { instance: _, ...problem } = (await response.json()) as Record<string, unknown>
    return { status: response.status, problem }
  }

  it('get no answer under an agreement of another organisation', async () => {
    const submitted = await planner.post('/v1/jobs', QUESTIONS.hospital)
    expect(await submitted.json()).toMatchObject({ problem: { code: 'no-agreement' } })
  })
})

describe('the log', () => {
  it('replays a job to the same bytes for an auditor, and for nobody else', async () => {
    const job = await release(operator, QUESTIONS.hospital)
    const replayed = await auditor.post('/v1/replays', { job })
    expect(await replayed.json()).toMatchObject({ verdict: 'MATCH' })
    expect((await operator.post('/v1/replays', { job })).status).toBe(403)
    expect((await steward.post('/v1/replays', { job })).status).toBe(403)
  })

  it('replays noise too: it is bound to the release, not drawn again', async () => {
    const job = await release(clientOf(gateway.url, demo.tokens['operator-g']), QUESTIONS.noisy)
    const replayed = await auditor.post('/v1/replays', { job })
    expect(await replayed.json()).toMatchObject({ verdict: 'MATCH' })
  })

  it('shows entries to auditors only, and notes that they read', async () => {
    expect((await operator.get('/v1/audit/entries/0')).status).toBe(403)
    const entry = await auditor.get('/v1/audit/entries/0')
    expect(entry.status).toBe(200)
    const checkpoint = await (await auditor.get('/v1/audit/checkpoint')).text()
    const size = Number(checkpoint.split('\n')[1])
    expect(size).toBeGreaterThan(10)
    const proof = await operator.get(`/v1/audit/proofs/inclusion?index=0&size=${size}`)
    expect(proof.status).toBe(200)
  })
})

describe('the edge', () => {
  it('answers health without identity and everything else only with one', async () => {
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
    expect((await fetch(`${gateway.url}/v1/jobs`)).status).toBe(401)
  })
})
