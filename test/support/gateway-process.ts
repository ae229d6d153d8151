/** A real gateway in a process of its own, as `npm start` runs it, for tests that talk HTTP only. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export interface GatewayProcess {
  readonly url: string
  /** Everything it wrote to stdout and stderr so far. */
  output(): string
  kill(signal: NodeJS.Signals): Promise<void>
}

/** Starts `glovebox serve` on a free port and resolves once it answers. */
export async function startGateway(
  state: string,
  options: readonly string[] = [],
): Promise<GatewayProcess> {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'dist/src/main.js'), 'serve', '--home', state, '--port', '0', ...options],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8')
    })
  const url = await waitForUrl(child, () => output)
  return {
    url,
    output: () => output,
    kill: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
    },
  }
}

async function waitForUrl(child: ChildProcess, output: () => string): Promise<string> {
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0]
    if (url !== undefined) return url
    if (child.exitCode !== null) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`the gateway did not start:\n${output()}`)
}

/** A client that sends one identity's token with every request. */
export function clientOf(url: string, token: string) {
  const headers = { authorization: `Bearer ${token}` }
  return {
    get: (path: string, accept = 'application/json') =>
      fetch(`${url}${path}`, { headers: { ...headers, accept } }),
    post: (path: string, body: unknown, extra: Record<string, string> = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', ...extra },
        body: JSON.stringify(body),
      }),
    /** Waits until the job is in a final state. */
    finish: async (id: string): Promise<{ state: string; problem?: { code: string } }> => {
      for (;;) {
        const response = await fetch(`${url}/v1/jobs/${id}`, { headers })
        const job = (await response.json()) as { state: string; problem?: { code: string } }
        if (['released', 'refused', 'failed', 'cancelled'].includes(job.state)) return job
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
  }
}
