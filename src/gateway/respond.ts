/** The only place where problems become HTTP, and where bytes leave with a media type. */

import type { Context } from 'hono'
import { type Problem, toProblemDetails } from '../model/problem.ts'

export function respondProblem(c: Context, problem: Problem): Response {
  const body = toProblemDetails(problem, c.req.path)
  if (body.status === 401) c.header('www-authenticate', 'Bearer')
  return c.json(body, body.status, { 'content-type': 'application/problem+json' })
}

/** Bytes exactly as they are: signed or hashed documents must not be encoded again. */
export function respondBytes(
  c: Context,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Response {
  return c.body(new Uint8Array(bytes), 200, headers)
}
