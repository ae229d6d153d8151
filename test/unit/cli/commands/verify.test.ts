import { describe, expect, it } from 'vitest'
import type { Check, LogVerification, Verifiers } from '../../../../src/cli/world.ts'
import { createTestWorld, URL_OF_GATEWAY } from '../../../support/test-world.ts'

const JOB = 'job_00000000000000000000000000'
const GOOD: Check = { name: 'signature', pass: true, detail: { en: 'valid', zh: '有效' } }
const BAD: Check = { name: 'inclusion', pass: false, detail: { en: 'differs', zh: '不符' } }

function worldWith(verifiers: Partial<Verifiers>, files: Record<string, string> = {}) {
  const { verifiers: defaults } = createTestWorld().world
  return createTestWorld({ files, overrides: { verifiers: { ...defaults, ...verifiers } } })
}

describe('receipt get', () => {
  it('writes the receipt as it came', async () => {
    const { run, files } = createTestWorld()
    await run('submit', '--sql', 'SELECT 1', '--agreement', 'AGR-A', '--purpose', 'p')
    expect((await run('receipt', 'get', JOB, '--out', 'r.json')).code).toBe(0)
    expect(String(Buffer.from(files.get('r.json') ?? []))).toBe(`{"receipt":"${JOB}"}`)
    expect((await run('receipt', 'get', JOB)).out).toBe(`{"receipt":"${JOB}"}\n`)
  })
})

describe('receipt verify', () => {
  it('passes files to the verifier and prints each check, without any request', async () => {
    const seen: unknown[] = []
    const verifyReceipt: Verifiers['verifyReceipt'] = (...given) => {
      seen.push(given)
      return [GOOD]
    }
    const { run, requests } = worldWith({ verifyReceipt }, { r: 'R', result: 'S', trust: 'T' })
    const argv = ['receipt', 'verify', 'r', '--result', 'result', '--trust', 'trust']
    const { code, out, err } = await run(...argv)
    expect({ code, out, err }).toEqual({
      code: 0,
      out: '✓ signature: valid\n',
      err: 'The receipt holds.\n',
    })
    expect(seen).toEqual([
      [Buffer.from('R'), { result: Buffer.from('S'), trust: Buffer.from('T') }],
    ])
    expect(requests).toEqual([])
  })

  it.each([
    ['one check fails', [GOOD, BAD]],
    ['nothing was checked', []],
  ])('exits with 1 when %s', async (_, checks) => {
    const { run } = worldWith({ verifyReceipt: () => checks }, { r: 'R' })
    expect((await run('receipt', 'verify', 'r')).code).toBe(1)
  })

  it('exits with 2 when a file is missing: nothing was verified', async () => {
    const { run } = worldWith({ verifyReceipt: () => [GOOD] }, { r: 'R' })
    expect((await run('receipt', 'verify', 'absent')).code).toBe(2)
    expect((await run('receipt', 'verify', 'r', '--result', 'absent')).code).toBe(2)
  })
})

describe('audit verify', () => {
  const holds: LogVerification = { ok: true, size: 7, checks: [GOOD] }

  it('reads a folder', async () => {
    const read: unknown[] = []
    const verifyLog: Verifiers['verifyLog'] = async (readFile) => {
      read.push(String(await readFile('checkpoint')), await readFile('tile/0/000'))
      return holds
    }
    const { run } = worldWith({ verifyLog }, { 'copy/checkpoint': 'C' })
    const { code, err } = await run('audit', 'verify', 'copy')
    expect({ code, err }).toEqual({ code: 0, err: 'The log holds: 7 entries.\n' })
    expect(read).toEqual(['C', undefined])
  })

  it.each([URL_OF_GATEWAY, `${URL_OF_GATEWAY}/`, `${URL_OF_GATEWAY}/v1/audit`])(
    'reads the log of the gateway at %s',
    async (url) => {
      let tile = ''
      const verifyLog: Verifiers['verifyLog'] = async (readFile) => {
        tile = String(Buffer.from((await readFile('tile/entries/000.p/7')) ?? []))
        return (await readFile('tile/9/9')) === undefined ? holds : { ...holds, ok: false }
      }
      const { run, requests } = worldWith({ verifyLog })
      expect((await run('audit', 'verify', url)).code).toBe(0)
      expect(tile).toBe('bytes of tile/entries/000.p/7')
      expect(requests[0]).toBe(`GET ${URL_OF_GATEWAY}/v1/audit/tile/entries/000.p/7`)
    },
  )

  it('names the first entry that differs', async () => {
    const verifyLog = async () => ({ ok: false, size: 7, checks: [GOOD, BAD], firstBadEntry: 3 })
    const { run } = worldWith({ verifyLog })
    const { code, out, err } = await run('audit', 'verify', 'copy', '--lang', 'zh')
    expect(code).toBe(1)
    expect(out).toBe('✓ signature: 有效\n✗ inclusion: 不符\n')
    expect(err).toContain('第 3 条')
  })

  it('does not blame the log for a network that fails', async () => {
    const verifyLog: Verifiers['verifyLog'] = async (readFile) => {
      await readFile('checkpoint')
      return { ok: false, size: 0, checks: [BAD] }
    }
    const { run } = worldWith({ verifyLog })
    const { code, err } = await run('audit', 'verify', 'http://mirror.test/log')
    expect(code).toBe(1)
    expect(err).toContain('No gateway answers')
    expect(err).not.toContain('does not hold')
  })

  it('shows the token to its own gateway and to no other place', async () => {
    const sent: (string | null)[] = []
    const fetch = async (_: string, init?: RequestInit) => {
      sent.push(new Headers(init?.headers).get('authorization'))
      return new Response('')
    }
    const verifyLog: Verifiers['verifyLog'] = async (readFile) => {
      await readFile('checkpoint')
      return holds
    }
    const { verifyReceipt } = createTestWorld().world.verifiers
    const { run } = createTestWorld({
      overrides: { fetch, verifiers: { verifyLog, verifyReceipt } },
    })
    await run('audit', 'verify', `${URL_OF_GATEWAY}/v1/audit`)
    await run('audit', 'verify', 'http://mirror.test/log')
    await run('audit', 'verify', `${URL_OF_GATEWAY}.evil.test/log`)
    expect(sent).toEqual(['Bearer token-ana', null, null])
  })
})

describe('replay', () => {
  it('says what the verdict means and shows both digests', async () => {
    const { run, files } = createTestWorld()
    files.set('auditor', Buffer.from('token-aud'))
    await run('submit', '--sql', 'SELECT 1', '--agreement', 'AGR-A', '--purpose', 'p')
    const { code, out } = await run('replay', JOB, '--token-file', 'auditor')
    expect(code).toBe(0)
    expect(out).toMatch(/^MATCH: the same bytes, in the same environment\n {2}recorded digest: /)
  })

  it.each(['RESULT_MISMATCH', 'ENV_DRIFT', 'LOG_INVALID'])(
    'exits with 1 on %s',
    async (verdict) => {
      const report = {
        job: JOB,
        verdict,
        stage: 'cells',
        environment: [{ name: 'threads', recorded: '4', now: '2' }],
      }
      const { run } = createTestWorld({ overrides: { fetch: async () => Response.json(report) } })
      const { code, out } = await run('replay', JOB)
      expect(code).toBe(1)
      expect(out).toContain('first stage that differs: cells')
      expect(out).toContain('threads: 4 -> 2')
    },
  )
})
