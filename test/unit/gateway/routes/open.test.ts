import { describe, expect, it } from 'vitest'
import { PROBLEMS } from '../../../../src/model/problem.ts'
import { createTestGateway } from '../../../support/test-gateway.ts'

describe('/readyz', () => {
  it('is 200 when ready', async () => {
    const response = await createTestGateway().app.request('/readyz')
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ ready: true, reasons: [] })
  })

  it('is 503 with codes, and with nothing that is more than a code', async () => {
    const reasons = ['log-in-doubt', 'cannot open /srv/vault/province.duckdb']
    const gateway = createTestGateway({ readiness: () => ({ ready: false, reasons }) })
    const response = await gateway.app.request('/readyz')
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({
      ready: false,
      reasons: ['log-in-doubt', 'unspecified'],
    })
  })
})

describe('/problems/{code}', () => {
  const { app } = createTestGateway()

  it.each(Object.entries(PROBLEMS))('explains %s in both languages', async (code, problem) => {
    for (const language of ['en', 'zh'] as const) {
      const headers = { 'accept-language': language }
      const page = await (await app.request(`/problems/${code}`, { headers })).text()
      expect(page).toContain(`<html lang="${language}">`)
      expect(page).toContain(problem.title[language])
      expect(page).toContain(problem.remedy[language].replaceAll('"', '&quot;'))
      for (const article of problem.basis) expect(page).toContain(article)
    }
  })

  it.each([
    [undefined, 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['zh-Hant-TW', 'zh'],
    ['en;q=0.2, zh-CN;q=0.7', 'zh'],
    ['fr, en;q=0.5, zh;q=0.1', 'en'],
    ['zh;q=0, fr', 'en'],
  ])('answers Accept-Language %s in %s', async (header, language) => {
    const headers: Record<string, string> =
      header === undefined ? {} : { 'accept-language': header }
    const response = await app.request('/problems/no-agreement', { headers })
    expect(response.headers.get('content-language')).toBe(language)
  })

  it.each(['nonsense', 'constructor', '<script>'])('has no page for %s', async (code) => {
    const response = await app.request(`/problems/${encodeURIComponent(code)}`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'route-not-found' })
  })
})
