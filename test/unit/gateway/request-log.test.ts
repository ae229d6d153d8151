/**
 * Goal: the operational log tells what happened and never what was asked or answered.
 * Method: every route is called with a marker in each place a caller can put text; the log is searched.
 */

import { describe, expect, it } from 'vitest'
import { aRequest, RESULT } from '../../support/fake-service.ts'
import { createTestGateway } from '../../support/test-gateway.ts'

const MARKER = 'Zhang-Wei-13800138000'
const JOB = 'job_00000000000000000000000000'

describe('createRequestLog', () => {
  it('writes one line with method, route, status, duration and ids', async () => {
    const gateway = createTestGateway()
    await gateway.post('/v1/jobs', aRequest())
    expect(gateway.logged).toHaveLength(1)
    expect(JSON.parse(gateway.logged[0] ?? '')).toEqual({
      level: 30,
      time: expect.any(String),
      requestId: '0707070707070707',
      method: 'POST',
      route: '/v1/jobs',
      status: 202,
      ms: 1,
      principal: 'ana',
      msg: 'request',
    })
  })

  it('answers with the id it logged, never with one the caller chose', async () => {
    const gateway = createTestGateway()
    const response = await gateway.get('/v1/jobs', { 'x-request-id': MARKER })
    expect(response.headers.get('x-request-id')).toBe('0707070707070707')
    expect(gateway.logged.join()).not.toContain(MARKER)
  })

  it('logs the pattern of a route and nothing that callers wrote or read', async () => {
    const gateway = createTestGateway()
    const sql = `SELECT count(*) FROM t WHERE name = '${MARKER}'`
    const headers = { 'idempotency-key': MARKER, 'user-agent': MARKER, referer: MARKER }
    await gateway.post('/v1/jobs', aRequest({ sql }), headers)
    await gateway.post('/v1/jobs:explain', aRequest({ sql, purpose: MARKER }))
    await gateway.post('/v1/jobs', aRequest({ sql: `${MARKER} mobile` }))
    await gateway.post('/v1/jobs', { [MARKER]: MARKER })
    await gateway.get(`/v1/jobs/${MARKER}?q=${MARKER}`)
    await gateway.get(`/v1/jobs/${JOB}/result?format=csv&q=${MARKER}`)
    await gateway.get(`/v1/audit/tile/${MARKER}`)
    await gateway.get(`/problems/${MARKER}`)
    await gateway.get(`/${MARKER}`)
    await gateway.app.request('/v1/jobs', { headers: { authorization: `Bearer ${MARKER}` } })
    expect(gateway.logged).toHaveLength(10)
    const log = gateway.logged.join('\n')
    expect(log).not.toContain(MARKER)
    expect(log).not.toMatch(/SELECT|count\(|FROM/i)
    for (const cell of ['制造业', '9007199254740993', '=cmd']) {
      expect(RESULT.rows.flat()).toContain(cell)
      expect(log).not.toContain(cell)
    }
    const routes = gateway.logged.map((line) => (JSON.parse(line) as { route: string }).route)
    expect(routes.slice(4)).toEqual([
      '/v1/jobs/:id',
      '/v1/jobs/:id/result',
      '/v1/audit/tile/:path{.+}',
      '/problems/:code',
      'none',
      '/v1/jobs',
    ])
  })
})
