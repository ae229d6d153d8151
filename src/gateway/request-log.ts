/**
 * One line per request: method, route, status, duration, ids. The route is the registered pattern,
 * because a path or a query string is text that callers choose. Bodies and results never get here.
 */

import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Clock, Log, RandomSource } from '../pipeline/ports.ts'
import type { GatewayEnvironment } from './environment.ts'

const NANOSECONDS_PER_MILLISECOND = 1_000_000n

export interface RequestLog {
  readonly log: Log
  readonly clock: Pick<Clock, 'monotonicNs'>
  readonly random: RandomSource
}

/** Names each request with an id of our own and answers with it as `x-request-id`. */
export function createRequestLog(world: RequestLog): MiddlewareHandler<GatewayEnvironment> {
  return async (c, next) => {
    const startedNs = world.clock.monotonicNs()
    const requestId = Buffer.from(world.random.bytes(8)).toString('hex')
    c.set('requestId', requestId)
    await next()
    c.header('x-request-id', requestId)
    const principal = c.get('principal')
    world.log.info(
      {
        requestId,
        method: c.req.method,
        route: matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? 'none',
        status: c.res.status,
        ms: Number((world.clock.monotonicNs() - startedNs) / NANOSECONDS_PER_MILLISECOND),
        ...(principal === undefined ? {} : { principal: principal.id }),
      },
      'request',
    )
  }
}
