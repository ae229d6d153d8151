/** The gateway in memory, with what it wrote to its log. */

import type { Hono } from 'hono'
import { createPinoLog } from '../../src/adapters/pino-log.ts'
import { createApp } from '../../src/gateway/app.ts'
import type { GatewayEnvironment } from '../../src/gateway/environment.ts'
import type { Service } from '../../src/pipeline/ports.ts'
import { createFakeService } from './fake-service.ts'

export interface TestGateway {
  readonly app: Hono<GatewayEnvironment>
  readonly logged: string[]
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
}

/** @param user Whose token every request carries. */
export function createTestGateway(overrides: Partial<Service> = {}, user = 'ana'): TestGateway {
  const logged: string[] = []
  let ticks = 0n
  const app = createApp({
    service: createFakeService(overrides),
    log: createPinoLog({ write: (line) => logged.push(line) }),
    clock: { monotonicNs: () => (ticks += 1_000_000n) },
    random: { bytes: (count) => new Uint8Array(count).fill(7) },
  })
  const identity = { authorization: `Bearer token-${user}` }
  return {
    app,
    logged,
    get: async (path, headers) => app.request(path, { headers: { ...identity, ...headers } }),
    post: async (path, body, headers) =>
      app.request(path, {
        method: 'POST',
        headers: { ...identity, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  }
}
