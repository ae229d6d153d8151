/**
 * Goal: whoever starts a gateway that cannot run reads one line that says why and what to do.
 * Method: real processes; what they print is read as a person would, so a stack trace fails.
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openIdentityFile } from '../../src/adapters/identity-file.ts'
import { Principal } from '../../src/model/principal.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { temporaryFolder } from '../support/state.ts'

const ROOT = join(import.meta.dirname, '../..')
const MAIN = join(ROOT, 'dist/src/main.js')

let gateway: GatewayProcess
/** A home that holds a log, and is in use. */
let home: string

beforeAll(async () => {
  home = join(temporaryFolder('failures'), 'home')
  gateway = await startGateway(home)
})

afterAll(() => gateway.kill('SIGTERM'))

function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: ROOT,
    env: { ...process.env, LC_ALL: 'C', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function failureOf(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; err: string }> {
  const child = start(args, env)
  const [err, [code]] = await Promise.all([
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { code, err }
}

/** The log of the running gateway in a home of its own. */
function copiedHome(): string {
  const copy = join(temporaryFolder('failures'), 'home')
  cpSync(home, copy, { recursive: true, filter: (path) => !path.endsWith('lock') })
  return copy
}

async function serving(folder: string, ...args: readonly string[]) {
  return await failureOf(['serve', '--home', folder, '--port', '0', ...args])
}

function expectOneLine({ code, err }: { code: number | null; err: string }, words: RegExp): void {
  expect(err).toMatch(words)
  expect(err).not.toMatch(/^\s+at /m)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
  expect(code).toBe(1)
}

describe('serve says in one line that', () => {
  it('the home is in use', async () => {
    expectOneLine(await serving(home), /uses this home.*--home/)
    expect((await serving(home, '--lang', 'zh')).err).toMatch(/另一进程.*--home/)
  })

  it('the port is taken, and leaves the home as it was', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const untouched = join(temporaryFolder('failures'), 'home')
    const failure = await failureOf(['serve', '--home', untouched, '--port', port])
    server.close()
    expectOneLine(failure, new RegExp(`${port}.*taken.*--port`))
    expect(() => statSync(untouched)).toThrow('ENOENT')
  })

  it('the host is not of this machine', async () => {
    expectOneLine(await serving(home, '--host', '192.0.2.1'), /192\.0\.2\.1.*--host/)
  })

  it('the log is damaged', async () => {
    const copy = copiedHome()
    const [segment = ''] = readdirSync(join(copy, 'journal'))
    appendFileSync(join(copy, 'journal', segment), Buffer.alloc(100))
    writeFileSync(join(copy, 'journal/00000007.records'), '')
    expectOneLine(await serving(copy), /log.*damaged.*backup/)
    expect(readdirSync(join(copy, 'journal'))).not.toContain('lock')
  })

  it('the identities cannot be trusted', async () => {
    const copy = copiedHome()
    writeFileSync(join(copy, 'identities.json'), '{}', { mode: 0o644 })
    expectOneLine(await serving(copy), /identities\.json.*chmod 600/)
  })

  it('a key is open to others, or is none', async () => {
    const open = copiedHome()
    cpSync(join(open, 'keys/log.pem'), join(open, 'keys/copy'))
    writeFileSync(join(open, 'keys/vault.key'), 'short')
    expectOneLine(await serving(open), /vault\.key/)
  })

  it('the policies cannot be used', async () => {
    const policies = join(temporaryFolder('failures'), 'policies')
    cpSync(join(ROOT, 'policies'), policies, { recursive: true })
    mkdirSync(join(policies, 'release'), { recursive: true })
    writeFileSync(join(policies, 'release/wrong.yaml'), 'name: [')
    const env = { GLOVEBOX_POLICIES: policies }
    const { code, err } = await failureOf(['serve', '--home', home, '--port', '0'], env)
    expect(code).toBe(1)
    expect(err).toContain('release/wrong.yaml')
    expect(err).not.toMatch(/^\s+at /m)
    const absent = { GLOVEBOX_POLICIES: join(policies, 'absent') }
    expectOneLine(await failureOf(['serve', '--home', home], absent), /absent.*no such/)
  })
})

describe('a setting that is wrong', () => {
  it('is wrong usage', async () => {
    const { code, err } = await failureOf(['help'], { GLOVEBOX_PORT: '99999' })
    expect({ code, err }).toEqual({
      code: 2,
      err: 'GLOVEBOX_PORT must be an integer from 0 to 65535.\n',
    })
    const chinese = await failureOf(['help'], { GLOVEBOX_PORT: '99999', LC_ALL: 'zh_CN.UTF-8' })
    expect(chinese.err).toContain('须为 0 至 65535')
  })
})

describe('output that nobody reads', () => {
  it('is no failure', async () => {
    const child = start(['help'])
    child.stdout.destroy()
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect({ err, code }).toEqual({ err: '', code: 0 })
  })
})

describe('SIGTERM', () => {
  it('ends a gateway whose clients are slow', async () => {
    const place = join(temporaryFolder('failures'), 'home')
    const slow = await startGateway(place)
    const principal = Principal.parse({ id: 'ana', organisation: 'test', roles: ['operator'] })
    const token = openIdentityFile(join(place, 'identities.json')).createIdentity(principal)
    const { hostname, port } = new URL(slow.url)
    const client = connect(Number(port), hostname)
    client.on('error', () => undefined)
    await once(client, 'connect')
    const headers = [
      'POST /v1/jobs HTTP/1.1',
      'host: gateway',
      `authorization: Bearer ${token.ok ? token.value : ''}`,
      'content-type: application/json',
      'content-length: 100',
    ]
    client.write(`${headers.join('\r\n')}\r\n\r\n{`)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const started = performance.now()
    await slow.kill('SIGTERM')
    const ms = performance.now() - started
    expect(ms).toBeGreaterThan(4_000)
    expect(ms).toBeLessThan(9_000)
    client.destroy()
  })
})
