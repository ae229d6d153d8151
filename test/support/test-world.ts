/** The command line in memory: captured streams, files in a map, and the gateway behind `fetch`. */

import { runCommand } from '../../src/cli/run-command.ts'
import type { ExitCode, Fetch, World } from '../../src/cli/world.ts'
import { decline } from '../../src/model/result.ts'
import type { Language } from '../../src/model/text.ts'
import { LEVEL_1 } from './isolation.ts'
import { createTestGateway } from './test-gateway.ts'

export const URL_OF_GATEWAY = 'http://gateway.test'

export interface TestWorld {
  readonly world: World
  readonly files: Map<string, Uint8Array>
  readonly requests: string[]
  /** Runs a command and hands back what it printed. */
  run(...argv: string[]): Promise<{ code: ExitCode; out: string; err: string }>
}

export interface TestWorldOptions {
  readonly files?: Readonly<Record<string, string>>
  readonly user?: string
  readonly language?: Language
  readonly overrides?: Partial<World>
}

export function createTestWorld(options: TestWorldOptions = {}): TestWorld {
  const files = new Map(
    Object.entries(options.files ?? {}).map(([path, text]) => [path, Buffer.from(text)] as const),
  ) as Map<string, Uint8Array>
  const output = { out: '', err: '' }
  const requests: string[] = []
  const notHere = { en: 'Not in this test.', zh: '测试中不可用。' }
  const world: World = {
    version: '1.2.3',
    stdout: (text) => {
      output.out += text
    },
    stderr: (text) => {
      output.err += text
    },
    isTerminal: false,
    fetch: connect(requests),
    readFile: async (path) => files.get(path),
    writeFile: async (path, bytes) => {
      files.set(path, bytes)
    },
    sleep: async () => {},
    settings: {
      url: URL_OF_GATEWAY,
      token: `token-${options.user ?? 'ana'}`,
      language: options.language ?? 'en',
    },
    verifiers: {
      verifyReceipt: () => ({ ok: true, checks: [] }),
      verifyLog: async () => ({ ok: true, size: 0, findings: [] }),
      policyOf: () => undefined,
    },
    commands: {
      serve: async () => 0,
      demo: async () => 0,
      import: async () => decline('import-rejected', notHere),
      province: async () => {},
      doctor: async () => ({ isolation: LEVEL_1, hints: [] }),
      createIdentity: async () => decline('request-invalid', notHere),
      listIdentities: async () => [],
      revokeIdentity: async () => false,
      trustPolicy: async () => undefined,
      rotateNoiseKey: async () => undefined,
    },
    explainFailure: () => undefined,
    ...options.overrides,
  }
  return {
    world,
    files,
    requests,
    run: async (...argv) => {
      output.out = ''
      output.err = ''
      const code = await runCommand(argv, world)
      return { code, ...output }
    },
  }
}

/** Notes each request and refuses, as a network does, what is not the gateway. */
function connect(requests: string[]): Fetch {
  const { app } = createTestGateway()
  return async (url, init) => {
    requests.push(`${init?.method ?? 'GET'} ${url}`)
    if (!url.startsWith(`${URL_OF_GATEWAY}/`)) throw new TypeError('fetch failed')
    return app.request(url, init)
  }
}
