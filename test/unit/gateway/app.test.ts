import { describe, expect, it } from 'vitest'
import { ProblemView } from '../../../src/model/api.ts'
import { aRequest } from '../../support/fake-service.ts'
import { createTestGateway } from '../../support/test-gateway.ts'

const LEAK = "Could not convert string 'Ada Lovelace' to INT32"

const JSON_OF_ANA = {
  authorization: 'Bearer token-ana',
  'content-type': 'application/json',
}

describe('createApp', () => {
  it.each([
    ['malformed JSON', '{', 400, 'request-invalid'],
    ['no body at all', '', 400, 'request-invalid'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'request-invalid'],
    ['a lone surrogate', '{"agreement":"A","purpose":"p","sql":"\\ud800"}', 400, 'request-invalid'],
    ['an oversized body', `"${'x'.repeat(140_000)}"`, 413, 'request-too-large'],
  ])('answers %s with a problem', async (_, body, status, code) => {
    const { app } = createTestGateway()
    const response = await app.request('/v1/jobs', { method: 'POST', body, headers: JSON_OF_ANA })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(ProblemView.parse(await response.json())).toMatchObject({ status, code })
  })

  it('stops reading a body without a stated length once it is too large', async () => {
    const { app } = createTestGateway()
    let served = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        served += 1
        controller.enqueue(new Uint8Array(16_384))
      },
    })
    const request = { method: 'POST', body: endless, duplex: 'half' } as RequestInit
    const response = await app.request('/v1/jobs', request)
    expect(response.status).toBe(413)
    expect(response.headers.get('connection')).toBe('close')
    expect(served).toBeLessThan(20)
  })

  it('accepts the longest statement with every character escaped', async () => {
    const { app } = createTestGateway()
    const sql = '\\u0041'.repeat(20_000)
    const body = `{"agreement":"AGR-A","purpose":"p","sql":"${sql}"}`
    const response = await app.request('/v1/jobs', { method: 'POST', body, headers: JSON_OF_ANA })
    expect(response.status).toBe(202)
  })

  it('counts a statement in bytes, and says so', async () => {
    const gateway = createTestGateway()
    const longest = await gateway.post('/v1/jobs', aRequest({ sql: `${'中'.repeat(6_666)}ab` }))
    expect(longest.status).toBe(202)
    const longer = await gateway.post('/v1/jobs', aRequest({ sql: `${'中'.repeat(6_666)}abc` }))
    expect(longer.status).toBe(400)
    expect(await longer.json()).toMatchObject({
      detail: 'Check: sql (at most 20000 bytes in UTF-8).',
      zh: { detail: '请检查：sql（UTF-8 编码至多 20000 字节）。' },
    })
  })

  it.each([
    ['DELETE', '/v1/jobs', 'GET, HEAD, POST'],
    ['PUT', '/v1/jobs:explain', 'POST'],
    ['POST', '/v1/audit/checkpoint', 'GET, HEAD'],
    ['GET', '/v1/replays', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['POST', '/v1/audit/tile/0/000', 'GET, HEAD'],
  ])('answers %s %s with the methods that there are', async (method, path, allowed) => {
    const { app } = createTestGateway()
    const response = await app.request(path, { method, headers: JSON_OF_ANA })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allowed)
    expect(await response.json()).toMatchObject({ code: 'method-not-allowed' })
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'does not read a body of type "%s"',
    async (type) => {
      const { app } = createTestGateway()
      const headers = { authorization: 'Bearer token-ana', 'content-type': type }
      const body = JSON.stringify(aRequest())
      const response = await app.request('/v1/jobs', { method: 'POST', body, headers })
      expect(response.status).toBe(415)
      expect(await response.json()).toMatchObject({ code: 'media-type-unsupported' })
    },
  )

  it('reads JSON whose type names its encoding', async () => {
    const type = { 'content-type': 'Application/JSON; charset=utf-8' }
    expect((await createTestGateway().post('/v1/jobs', aRequest(), type)).status).toBe(202)
  })

  it('reports a bug without repeating its message, in the answer or in the log', async () => {
    const gateway = createTestGateway({ submit: () => Promise.reject(new TypeError(LEAK)) })
    const response = await gateway.post('/v1/jobs', aRequest())
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('Ada')
    expect(gateway.logged.join()).toContain('"error":"TypeError"')
    expect(gateway.logged.join()).not.toContain('Ada')
  })

  it('names an unknown route as a problem, without asking who is there', async () => {
    const response = await createTestGateway().app.request('/nowhere')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'route-not-found', instance: '/nowhere' })
  })

  it.each(['/healthz', '/nowhere', '/v1/jobs', '/v1/audit/checkpoint', '/problems/no-agreement'])(
    'keeps %s out of caches, frames and sniffers',
    async (path) => {
      const { headers } = await createTestGateway().get(path)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    },
  )

  it('protects the answer to a bug as well', async () => {
    const gateway = createTestGateway({ listJobs: () => Promise.reject(new Error(LEAK)) })
    const { headers } = await gateway.get('/v1/jobs')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-request-id')).toBe('0707070707070707')
  })
})
