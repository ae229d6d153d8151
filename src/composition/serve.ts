/** Serves one deployment over HTTP until it is told to stop. */

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve as listen } from '@hono/node-server'
import { createPinoLog } from '../adapters/pino-log.ts'
import { secureRandom } from '../adapters/secure-random.ts'
import { systemClock } from '../adapters/system-clock.ts'
import { createApp } from '../gateway/app.ts'
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
  /** Answers what is under way, then closes the log and every worker. */
  stop(): Promise<void>
}

/** Resolves once requests are answered; by then the log is recovered and workers are proven. */
export async function startServing(options: ServingOptions): Promise<Serving> {
  const operations = options.operations ?? createPinoLog()
  const deployment = await openDeployment({ ...options, operations })
  const app = createApp({
    service: deployment.service,
    log: operations,
    clock: systemClock,
    random: secureRandom,
  })
  const server = listen({ fetch: app.fetch, hostname: options.host, port: options.port })
  await once(server, 'listening')
  const { address, port, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    deployment,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      if ('closeIdleConnections' in server) server.closeIdleConnections()
      await closed
      await deployment.close()
    },
  }
}
