/** Bearer tokens in, principals out. Everything under `/v1` is behind this. */

import type { MiddlewareHandler } from 'hono'
import type { Service } from '../pipeline/ports.ts'
import type { GatewayEnvironment } from './environment.ts'
import { respondProblem } from './respond.ts'

export function createAuthentication(
  service: Pick<Service, 'authenticate'>,
): MiddlewareHandler<GatewayEnvironment> {
  return async (c, next) => {
    const identified = service.authenticate(readBearer(c.req.header('authorization')))
    if (!identified.ok) return respondProblem(c, identified.problem)
    c.set('principal', identified.value)
    return next()
  }
}

/** @see RFC 6750 section 2.1 for the alphabet; the scheme is case-insensitive (RFC 9110 11.1). */
export function readBearer(header: string | undefined): string | undefined {
  return header?.match(/^bearer +([A-Za-z0-9._~+/-]+=*)$/i)?.[1]
}
