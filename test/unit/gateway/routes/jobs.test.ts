import { describe, expect, it } from 'vitest'
import { ExplanationView, JobListView, JobView, ResultView } from '../../../../src/model/api.ts'
import { aRequest, EXPLANATION, RESULT } from '../../../support/fake-service.ts'
import { createTestGateway, type TestGateway } from '../../../support/test-gateway.ts'

const JOB = 'job_00000000000000000000000000'

async function withJob(gateway: TestGateway = createTestGateway()): Promise<TestGateway> {
  await gateway.post('/v1/jobs', aRequest())
  return gateway
}

describe('POST /v1/jobs', () => {
  it('accepts a job and says where to follow it', async () => {
    const response = await createTestGateway().post('/v1/jobs', aRequest())
    expect(response.status).toBe(202)
    expect(response.headers.get('location')).toBe(`/v1/jobs/${JOB}`)
    expect(JobView.parse(await response.json())).toEqual({
      id: JOB,
      submitter: 'ana',
      agreement: 'AGR-A',
      purpose: 'credit.enterprise.sme',
      state: 'submitted',
      submittedAt: '2026-01-05T08:00:00.000Z',
      progress: 0,
    })
  })

  it('names the wrong fields and echoes neither values nor unknown names', async () => {
    const body = aRequest({ sql: '', agreement: 'lower' }) as object
    const response = await createTestGateway().post('/v1/jobs', { ...body, patient: 'Ada' })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      type: '/problems/request-invalid',
      title: 'The request does not match its schema',
      status: 400,
      detail: 'Check: agreement, sql, body.',
      instance: '/v1/jobs',
      code: 'request-invalid',
      remedy: 'Correct the named fields.',
      basis: [],
      zh: {
        title: '请求不符合接口格式',
        detail: '请检查：agreement, sql, body。',
        remedy: '请修正所列字段。',
      },
    })
  })

  it('passes a refusal on with its place, article and remedy', async () => {
    const sql = 'SELECT region,\n  max(mobile)\nFROM ent_reg'
    const response = await createTestGateway().post('/v1/jobs', aRequest({ sql }))
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({
      code: 'column-not-authorised',
      at: { line: 2, column: 7 },
      basis: ['004-15'],
      zh: { detail: '协议未列出 ent_reg.mobile。' },
    })
  })

  it('hands the idempotency key on', async () => {
    const gateway = createTestGateway()
    const first = await gateway.post('/v1/jobs', aRequest(), { 'idempotency-key': 'k-1' })
    const again = await gateway.post('/v1/jobs', aRequest(), { 'idempotency-key': 'k-1' })
    const other = await gateway.post('/v1/jobs', aRequest(), { 'idempotency-key': 'k-2' })
    const [a, b, c] = await Promise.all([first, again, other].map((answer) => answer.json()))
    expect(b).toEqual(a)
    expect(c).not.toEqual(a)
  })

  it.each(['', 'two words', 'x'.repeat(129)])('refuses the idempotency key "%s"', async (key) => {
    const headers = { 'idempotency-key': key }
    const response = await createTestGateway().post('/v1/jobs', aRequest(), headers)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ detail: 'Check: Idempotency-Key.' })
  })
})

describe('POST /v1/jobs:explain', () => {
  it('answers with integers beyond 2^53 as decimal text', async () => {
    const response = await createTestGateway().post('/v1/jobs:explain', aRequest())
    const explanation = ExplanationView.parse(await response.json())
    expect(explanation).toEqual({
      ...EXPLANATION,
      charge: { mode: 'dp', picoRho: '12500000000000001', attoDelta: '1000000000000' },
      remaining: [{ scope: 'AGR-A', picoRho: '987500000000000000' }],
    })
  })
})

describe('GET /v1/jobs', () => {
  it('lists what the service lists', async () => {
    const gateway = await withJob()
    const { jobs } = JobListView.parse(await (await gateway.get('/v1/jobs')).json())
    expect(jobs).toMatchObject([{ id: JOB, state: 'released', progress: 100 }])
  })
})

describe('GET /v1/jobs/{id}', () => {
  it("hides another tenant's job exactly as it hides a malformed id", async () => {
    const { app } = await withJob()
    const asBo = { headers: { authorization: 'Bearer token-bo' } }
    const answers = await Promise.all([
      app.request(`/v1/jobs/${JOB}`, asBo),
      app.request('/v1/jobs/nonsense', asBo),
    ])
    const [foreign, malformed] = (await Promise.all(
      answers.map((answer) => answer.json()),
    )) as object[]
    expect({ ...foreign, instance: '' }).toEqual({ ...malformed, instance: '' })
  })

  it('says why a job was refused', async () => {
    const gateway = createTestGateway({
      findJob: async () => ({
        ok: true,
        value: {
          id: JOB,
          submitter: 'ana',
          agreement: 'AGR-A',
          purpose: 'p',
          state: 'refused',
          submittedAt: 0,
          finishedAt: 5,
          progress: 0,
          problem: { code: 'budget-exhausted', detail: { en: 'Spent.', zh: '已用尽。' } },
        } as never,
      }),
    })
    const job = JobView.parse(await (await gateway.get(`/v1/jobs/${JOB}`)).json())
    expect(job.finishedAt).toBe('1970-01-01T00:00:00.005Z')
    expect(job.problem).toMatchObject({
      code: 'budget-exhausted',
      detail: 'Spent.',
      instance: `/v1/jobs/${JOB}`,
    })
  })
})

describe('POST /v1/jobs/{id}:cancel', () => {
  it('cancels', async () => {
    const gateway = await withJob()
    const response = await gateway.post(`/v1/jobs/${JOB}:cancel`)
    expect(await response.json()).toMatchObject({ id: JOB, state: 'cancelled' })
  })

  it.each(['nonsense', 'a%2Fb', `${JOB}x`])('hides the id %s', async (id) => {
    const response = await createTestGateway().post(`/v1/jobs/${id}:cancel`)
    expect(await response.json()).toMatchObject({ code: 'job-not-found' })
  })
})

describe('GET /v1/jobs/{id}/result', () => {
  const path = `/v1/jobs/${JOB}/result`

  it.each([
    [{}, '', 'application/json'],
    [{ accept: '*/*' }, '', 'application/json'],
    [{ accept: 'image/png' }, '', 'application/json'],
    [{ accept: 'text/csv' }, '', 'text/csv; charset=utf-8; header=present'],
    [{ accept: 'text/*' }, '', 'text/csv; charset=utf-8; header=present'],
    [
      { accept: 'application/json;q=0.1, text/csv;q=0.9' },
      '',
      'text/csv; charset=utf-8; header=present',
    ],
    [{ accept: 'application/vnd.apache.arrow.stream' }, '', 'application/vnd.apache.arrow.stream'],
    [{ accept: 'text/csv' }, '?format=arrow', 'application/vnd.apache.arrow.stream'],
    [{}, '?format=canonical', 'application/vnd.glovebox.res-v1'],
  ])('answers %j%s as %s', async (headers, query, type) => {
    const response = await (await withJob()).get(path + query, headers as Record<string, string>)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('glovebox-result-digest')).toBe(`sha-256=${RESULT.digest}`)
    expect(response.headers.get('vary')).toBe('Accept')
  })

  it('gives the table, its digest and its guarantee as JSON', async () => {
    const { columns, rows, digest, guarantee } = RESULT
    const result = ResultView.parse(await (await (await withJob()).get(path)).json())
    expect(result).toEqual({ job: JOB, columns, rows, digest, guarantee })
  })

  it('gives the very bytes that the digest covers', async () => {
    const response = await (await withJob()).get(`${path}?format=canonical`)
    expect(Buffer.from(await response.arrayBuffer()).toString()).toBe('canonical')
  })

  it('refuses an unknown format by the name of the parameter', async () => {
    const response = await (await withJob()).get(`${path}?format=xlsx`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ detail: 'Check: format.' })
  })
})

describe('GET /v1/jobs/{id}/receipt', () => {
  it('gives the signed document as it is, under a name to keep', async () => {
    const response = await (await withJob()).get(`/v1/jobs/${JOB}/receipt`)
    expect(await response.text()).toBe(`{"receipt":"${JOB}"}`)
    expect(response.headers.get('content-disposition')).toContain(`receipt-${JOB}.json`)
  })
})
