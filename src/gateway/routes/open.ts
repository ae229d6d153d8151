/** What needs no identity: is the service up, what does a problem mean, which routes exist. */

import { type Context, Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { PROBLEMS, type ProblemCode } from '../../model/problem.ts'
import type { Language } from '../../model/text.ts'
import type { Service } from '../../pipeline/ports.ts'
import { describeApi } from '../openapi.ts'
import { renderProblemPage } from '../problem-page.ts'
import { respondProblem } from '../respond.ts'

const LANGUAGES = ['en', 'zh']
const REASON_CODE = /^[a-z][a-z0-9_-]{0,63}$/

export function createOpenRoutes(service: Pick<Service, 'readiness'>): Hono {
  const routes = new Hono()

  routes.get('/healthz', (c) => c.json({ alive: true }))

  routes.get('/readyz', (c) => {
    const { ready, reasons } = service.readiness()
    // Anyone may ask, so a reason that is more than a code stays inside.
    const codes = reasons.map((reason) => (REASON_CODE.test(reason) ? reason : 'unspecified'))
    return c.json({ ready, reasons: codes }, ready ? 200 : 503)
  })

  routes.get('/problems/:code', (c) => {
    const code = c.req.param('code')
    if (!isProblemCode(code)) {
      const detail = { en: 'No problem has this code.', zh: '没有此代码的问题类型。' }
      return respondProblem(c, { code: 'route-not-found', detail })
    }
    const language = preferredLanguage(c)
    c.header('vary', 'Accept-Language')
    c.header('content-language', language)
    return c.html(renderProblemPage(code, language))
  })

  routes.get('/openapi.json', (c) => c.json(describeApi()))

  return routes
}

/** `zh-CN` and `zh-Hant` are answered in the one Chinese there is. */
function preferredLanguage(c: Context): Language {
  const tag = accepts(c, {
    header: 'Accept-Language',
    supports: LANGUAGES,
    default: 'en',
    match: (ranges) =>
      ranges
        .filter(({ q }) => q > 0)
        .toSorted((a, b) => b.q - a.q)
        .map(({ type }) => type.toLowerCase().split('-')[0] ?? '')
        .find((language) => LANGUAGES.includes(language)) ?? 'en',
  })
  return tag === 'zh' ? 'zh' : 'en'
}

function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text)
}
