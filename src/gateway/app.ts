/** The HTTP edge: limits, identity, routes, and one way to fail. */

import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import type { Service } from '../pipeline/ports.ts'
import { createAuthentication } from './authenticate.ts'
import type { GatewayEnvironment } from './environment.ts'
import { methodsOf } from './operations.ts'
import { protectAnswers } from './protect.ts'
import { createRequestLog, type RequestLog } from './request-log.ts'
import { respondProblem } from './respond.ts'
import { createAuditRoutes } from './routes/audit.ts'
import { createJobRoutes } from './routes/jobs.ts'
import { createOpenRoutes } from './routes/open.ts'

/** Room for the longest statement with every character escaped, and no more. */
const MAX_BODY_BYTES = 128 * 1024

export interface Gateway extends RequestLog {
  readonly service: Service
}

export function createApp(gateway: Gateway): Hono<GatewayEnvironment> {
  const app = new Hono<GatewayEnvironment>()
  app.use(createRequestLog(gateway))
  app.use(protectAnswers)
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: respondTooLarge }))
  app.use('/v1/*', createAuthentication(gateway.service))
  app.route('/', createJobRoutes(gateway.service))
  app.route('/', createAuditRoutes(gateway.service))
  app.route('/', createOpenRoutes(gateway.service))

  app.notFound(respondNoRoute)

  app.onError((error, c) => {
    // Hono throws these for requests it cannot read: the caller's mistake, not ours.
    if (error instanceof HTTPException && error.status < 500)
      return respondProblem(c, {
        code: 'request-invalid',
        detail: { en: 'The request cannot be read.', zh: '无法读取请求。' },
      })
    // The name only: the message of an engine error can quote data.
    const requestId = c.get('requestId')
    gateway.log.error({ requestId, error: error.name }, 'unhandled error')
    return respondProblem(c, {
      code: 'internal-error',
      detail: { en: `Quote request ${requestId}.`, zh: `请提供请求编号 ${requestId}。` },
    })
  })

  return app
}

function respondNoRoute(c: Context): Response {
  const allowed = methodsOf(c.req.path)
  if (allowed.length === 0)
    return respondProblem(c, {
      code: 'route-not-found',
      detail: { en: 'See /openapi.json.', zh: '请参阅 /openapi.json。' },
    })
  const list = allowed.join(', ')
  c.header('allow', list)
  return respondProblem(c, {
    code: 'method-not-allowed',
    detail: { en: `This route knows ${list}.`, zh: `该接口支持 ${list}。` },
  })
}

function respondTooLarge(c: Context): Response {
  // The rest of the body is still under way: nothing else can be said on this connection.
  c.header('connection', 'close')
  const kibibytes = MAX_BODY_BYTES / 1024
  return respondProblem(c, {
    code: 'request-too-large',
    detail: { en: `The limit is ${kibibytes} KiB.`, zh: `上限为 ${kibibytes} KiB。` },
  })
}
