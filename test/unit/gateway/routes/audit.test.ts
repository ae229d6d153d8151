import { describe, expect, it } from 'vitest'
import { ProofView, ReplayView } from '../../../../src/model/api.ts'
import { aRequest, CHECKPOINT, LEAF, TRUST_POLICY } from '../../../support/fake-service.ts'
import { createTestGateway } from '../../../support/test-gateway.ts'

describe('/v1/audit', () => {
  it('serves the checkpoint as text', async () => {
    const response = await createTestGateway().get('/v1/audit/checkpoint')
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await response.text()).toBe(CHECKPOINT)
  })

  it('serves the policy that trusts it, as text', async () => {
    const response = await createTestGateway().get('/v1/audit/trust')
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await response.text()).toBe(TRUST_POLICY)
  })

  it('serves the exact bytes of an entry, which parsing and printing would change', async () => {
    const response = await createTestGateway().get('/v1/audit/entries/3')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(LEAF)
  })

  it.each(['7', '-1', '01', '1.0', 'x', '9'.repeat(17)])('has no entry %s', async (index) => {
    const response = await createTestGateway().get(`/v1/audit/entries/${index}`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'entry-not-found' })
  })

  it.each([
    ['inclusion?index=3&size=7', 'inclusion 3 7'],
    ['consistency?from=2&to=7', 'consistency 2 7'],
  ])('serves the proof %s', async (query, hash) => {
    const response = await createTestGateway().get(`/v1/audit/proofs/${query}`)
    expect(ProofView.parse(await response.json())).toEqual({ hashes: [hash] })
  })

  it.each([
    ['inclusion', 'Check: index, size.'],
    ['inclusion?index=1', 'Check: size.'],
    ['inclusion?index=-1&size=1e3', 'Check: index, size.'],
    ['consistency?from=0x1&to=2', 'Check: from.'],
  ])('refuses the proof %s', async (query, detail) => {
    const response = await createTestGateway().get(`/v1/audit/proofs/${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ detail })
  })

  it.each(['tile/0/000', 'tile/12/x001/x234/067', 'tile/entries/000.p/17'])(
    'serves %s by the path that tlog-tiles gives it',
    async (path) => {
      const response = await createTestGateway().get(`/v1/audit/${path}`)
      expect(response.headers.get('content-type')).toBe('application/octet-stream')
      expect(await response.text()).toBe(`bytes of ${path}`)
    },
  )

  it.each([
    'tile/0/../../key',
    'tile/0/%2e%2e/%2e%2e/key',
    'tile/entries/000.p/0',
    'tile/x/000',
    'tile/0/000/',
    'tile/0/0000',
  ])('asks nobody for %s', async (path) => {
    const asked: string[] = []
    const gateway = createTestGateway({
      tile: async (_, tile) => {
        asked.push(tile)
        return { ok: true, value: new Uint8Array() }
      },
    })
    expect((await gateway.get(`/v1/audit/${path}`)).status).toBe(404)
    expect(asked).toEqual([])
  })
})

describe('POST /v1/replays', () => {
  const job = 'job_00000000000000000000000000'

  it('answers with the verdict and the digests', async () => {
    const { app, post } = createTestGateway()
    await post('/v1/jobs', aRequest())
    const response = await app.request('/v1/replays', {
      method: 'POST',
      headers: { authorization: 'Bearer token-aud', 'content-type': 'application/json' },
      body: JSON.stringify({ job }),
    })
    const report = ReplayView.parse(await response.json())
    expect(report).toMatchObject({ job, verdict: 'MATCH', environment: [] })
    expect(report.replayedDigest).toBe(report.recordedDigest)
  })

  it.each([{}, { job: 'nonsense' }, { job, also: 1 }])('refuses %j', async (body) => {
    const response = await createTestGateway().post('/v1/replays', body)
    expect(response.status).toBe(400)
  })
})
