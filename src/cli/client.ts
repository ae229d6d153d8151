/** The gateway as the command line sees it: requests out, values of `model/api.ts` in, or a failure. */

import type { z } from 'zod'
import { ProblemView } from '../model/api.ts'
import type { Fetch } from './world.ts'

export type Failure =
  | { readonly kind: 'problem'; readonly problem: ProblemView }
  | { readonly kind: 'unreachable'; readonly url: string }
  /** Something answered, but not a gateway that we understand. */
  | { readonly kind: 'unreadable'; readonly url: string; readonly status: number }

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure }

export interface Client {
  get<S extends z.ZodType>(path: string, schema: S): Promise<Answer<z.infer<S>>>
  post<S extends z.ZodType>(path: string, order: Order<S>): Promise<Answer<z.infer<S>>>
  bytes(path: string): Promise<Answer<Uint8Array>>
}

interface Order<S> {
  readonly body?: unknown
  readonly answer: S
  readonly headers?: Readonly<Record<string, string>>
}

interface Connection {
  readonly fetch: Fetch
  readonly url: string
  readonly token: string | undefined
}

export function createClient(connection: Connection): Client {
  return {
    get: async (path, schema) => readJson(await send(connection, path, {}), schema),
    post: async (path, { body, answer, headers }) => {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }
      return readJson(await send(connection, path, init), answer)
    },
    bytes: async (path) => {
      const response = await send(connection, path, {})
      if (!response.ok) return response
      return { ok: true, value: new Uint8Array(await response.value.arrayBuffer()) }
    },
  }
}

async function send(
  { fetch, url: base, token }: Connection,
  path: string,
  init: RequestInit & { readonly headers?: Record<string, string> },
): Promise<Answer<Response>> {
  const url = base.replace(/\/+$/, '') + path
  const identity = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const headers = { ...init.headers, ...identity }
  const response = await reach(fetch, url, { ...init, headers, redirect: 'error' })
  if (response === undefined) return { ok: false, failure: { kind: 'unreachable', url } }
  if (response.ok) return { ok: true, value: response }
  const problem = ProblemView.safeParse(await parseJson(response))
  if (problem.success) return { ok: false, failure: { kind: 'problem', problem: problem.data } }
  return { ok: false, failure: { kind: 'unreadable', url, status: response.status } }
}

async function readJson<S extends z.ZodType>(
  response: Answer<Response>,
  schema: S,
): Promise<Answer<z.infer<S>>> {
  if (!response.ok) return response
  const parsed = schema.safeParse(await parseJson(response.value))
  if (parsed.success) return { ok: true, value: parsed.data }
  const { url, status } = response.value
  return { ok: false, failure: { kind: 'unreadable', url, status } }
}

/** Fetch rejects when no answer came: refused, reset, unknown host, bad certificate. */
async function reach(fetch: Fetch, url: string, init: RequestInit): Promise<Response | undefined> {
  try {
    return await fetch(url, init)
  } catch {
    return undefined
  }
}

async function parseJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}
