import { describe, expect, it } from 'vitest'
import { readBearer } from '../../../src/gateway/authenticate.ts'
import { OPERATIONS } from '../../../src/gateway/operations.ts'
import { createTestGateway } from '../../support/test-gateway.ts'

describe('authentication', () => {
  const closed = OPERATIONS.filter(({ open }) => !open)

  it.each(closed)('refuses $id without a token', async ({ method, path }) => {
    const response = await createTestGateway().app.request(path, { method })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await response.json()).toMatchObject({ code: 'unauthenticated' })
  })

  it.each(OPERATIONS.filter(({ open }) => open))('answers $id without one', async ({ path }) => {
    const response = await createTestGateway().app.request(path.replace('{code}', 'no-agreement'))
    expect(response.status).toBe(200)
  })

  it('does not tell unknown routes under /v1 from known ones without a token', async () => {
    expect((await createTestGateway().app.request('/v1/nowhere')).status).toBe(401)
  })
})

describe('readBearer', () => {
  it.each([
    ['Bearer abc.DEF_1-2~3+4/5==', 'abc.DEF_1-2~3+4/5=='],
    ['bearer abc', 'abc'],
    ['Basic abc', undefined],
    ['Bearer', undefined],
    ['Bearer a b', undefined],
    [undefined, undefined],
  ])('reads %s', (header, token) => {
    expect(readBearer(header)).toBe(token)
  })
})
