/** Serves one deployment over HTTP until it is told to stop. */

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createPinoLog } from '../adapters/pino-log.ts'
import { secureRandom } from '../adapters/secure-random.ts'
import { systemClock } from '../adapters/system-clock.ts'
import { createApp } from '../gateway/app.ts'
import { toProblemDetails } from '../model/problem.ts'
import type { Log } from '../pipeline/ports.ts'
import { type Deployment, type DeploymentOptions, openDeployment } from './deployment.ts'

export interface ServingOptions extends Omit<DeploymentOptions, 'operations'> {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Where the service's own log goes; standard output unless told otherwise. */
  readonly operations?: Log
}

export interface Serving {
  readonly url: string
  readonly deployment: Deployment
  /** Answers what is under way, for some seconds, then closes the log and every worker. */
  stop(): Promise<void>
}

/** How long a stop waits for requests under way; slower clients are cut off. */
const STOP_MS = 5_000

/** A request is at most 128 KiB and must arrive whole in time; answers may take as long as they do. */
const SERVER_OPTIONS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
}

/**
 * Resolves once requests are answered; by then the log is recovered and workers are proven. The port
 * is taken first: a gateway that cannot listen must not touch the log.
 */
export async function startServing(options: ServingOptions): Promise<Serving> {
  const operations = options.operations ?? createPinoLog()
  let answer: (request: Request) => Response | Promise<Response> = respondStarting
  const server = await openServer(options, (request) => answer(request))
  try {
    const deployment = await openDeployment({ ...options, operations })
    const app = createApp({
      service: deployment.service,
      log: operations,
      clock: systemClock,
      random: secureRandom,
    })
    answer = (request) => app.fetch(request)
    return {
      url: urlOf(server),
      deployment,
      stop: async () => {
        await closeServer(server)
        await deployment.close()
      },
    }
  } catch (error) {
    await closeServer(server)
    throw error
  }
}

async function openServer(
  { host, port }: ServingOptions,
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<Server> {
  const server = createServer(SERVER_OPTIONS, getRequestListener(fetch))
  server.listen(port, host)
  await once(server, 'listening')
  return server
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const deadline = setTimeout(() => server.closeAllConnections(), STOP_MS)
  await closed
  clearTimeout(deadline)
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

function respondStarting(request: Request): Response {
  const detail = { en: 'The service is starting.', zh: '服务正在启动。' }
  const { pathname } = new URL(request.url)
  const problem = toProblemDetails({ code: 'log-unavailable', detail }, pathname)
  const headers = { 'content-type': 'application/problem+json', 'retry-after': '1' }
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}
