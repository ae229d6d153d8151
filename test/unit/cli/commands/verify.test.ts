import { describe, expect, it } from 'vitest'
import type { Check, LogToVerify, LogVerification, Verifiers } from '../../../../src/cli/world.ts'
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
    await run('submit', 'SELECT 1', '--agreement', 'AGR-A', '--purpose', 'p')
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
      return { ok: true, checks: [GOOD] }
    }
    const { run, requests } = worldWith({ verifyReceipt }, { r: 'R', result: 'S', trust: 'T' })
    const argv = ['receipt', 'verify', 'r', '--result', 'result', '--trust', 'trust']
    const { code, out, err } = await run(...argv)
    expect({ code, out, err }).toEqual({
      code: 0,
      out: '✓ signature: valid\n',
      err: 'The receipt holds.\n',
    })
    expect(seen).toEqual([[Buffer.from('R'), { result: Buffer.from('S'), policy: 'T' }]])
    expect(requests).toEqual([])
  })

  it('exits with 1 and shows which check failed', async () => {
    const { run } = worldWith(
      { verifyReceipt: () => ({ ok: false, checks: [GOOD, BAD] }) },
      { r: 'R' },
    )
    const { code, out, err } = await run('receipt', 'verify', 'r', '--lang', 'zh')
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '✓ signature: 有效\n✗ inclusion: 不符\n',
      err: '回执验证未通过。\n',
    })
  })

  it('exits with 2 when a file is missing: nothing was verified', async () => {
    const { run } = worldWith({ verifyReceipt: () => ({ ok: true, checks: [GOOD] }) }, { r: 'R' })
    expect((await run('receipt', 'verify', 'absent')).code).toBe(2)
    expect((await run('receipt', 'verify', 'r', '--result', 'absent')).code).toBe(2)
    expect((await run('receipt', 'verify', 'r', '--trust', 'absent')).code).toBe(2)
  })
})

describe('audit verify', () => {
  const HOLDS: LogVerification = { ok: true, size: 7, findings: [] }
  const differs = { en: 'differs', zh: '不符' }
  const argv = ['audit', 'verify', 'copy', '--trust', 'trust']

  /** A log whose checkpoint is asked for and which then verifies as told. */
  function answering(report: LogVerification | undefined, seen: LogToVerify[] = []) {
    const verifyLog: Verifiers['verifyLog'] = async (log) => {
      seen.push(log)
      await log.readFile('checkpoint')
      return report
    }
    return worldWith({ verifyLog }, { trust: 'log K', held: 'H' })
  }

  it('takes the policy of a receipt, and warns that anyone can write one', async () => {
    const seen: LogToVerify[] = []
    const { run } = worldWith(
      {
        policyOf: (receipt) => (String(receipt) === 'RECEIPT' ? 'log R' : undefined),
        verifyLog: async (log) => {
          seen.push(log)
          return HOLDS
        },
      },
      { trust: 'RECEIPT' },
    )
    const { code, err } = await run(...argv)
    expect({ code, policy: seen[0]?.policy }).toEqual({ code: 0, policy: 'log R' })
    expect(err).toContain('Warning: trust is a receipt')
  })

  it('reads a folder and makes no request', async () => {
    const seen: LogToVerify[] = []
    const { run, files, requests } = answering(HOLDS, seen)
    files.set('copy/checkpoint', Buffer.from('C'))
    const { code, out, err } = await run(...argv, '--held', 'held')
    expect({ code, out, err }).toEqual({
      code: 0,
      out: '✓ 7 entries: every hash, chain and signature holds\n',
      err: 'The log holds.\n',
    })
    const [log] = seen
    expect(log).toMatchObject({ policy: 'log K', held: ['H'] })
    expect(await log?.readFile('checkpoint')).toEqual(Buffer.from('C'))
    expect(await log?.readFile('tile/0/000')).toBeUndefined()
    expect(requests).toEqual([])
  })

  it.each([URL_OF_GATEWAY, `${URL_OF_GATEWAY}/`, `${URL_OF_GATEWAY}/v1/audit`])(
    'reads the log of the gateway at %s',
    async (url) => {
      const seen: LogToVerify[] = []
      const { run, requests } = answering(HOLDS, seen)
      expect((await run('audit', 'verify', url, '--trust', 'trust')).code).toBe(0)
      const tile = await seen[0]?.readFile('tile/entries/000.p/7')
      expect(Buffer.from(tile ?? []).toString()).toBe('bytes of tile/entries/000.p/7')
      expect(await seen[0]?.readFile('tile/9/9')).toBeUndefined()
      expect(requests[0]).toBe(`GET ${URL_OF_GATEWAY}/v1/audit/checkpoint`)
    },
  )

  it('names the first entry that differs', async () => {
    const finding = { check: 'tile', from: 3, through: 3, detail: differs }
    const findings = [finding, { check: 'root', from: 0, through: 6, detail: differs }]
    const { run } = answering({ ok: false, size: 7, findings, firstBad: finding })
    const { code, out, err } = await run(...argv)
    expect(code).toBe(1)
    expect(out.split('\n')).toEqual([
      '✗ tile: differs: entry 3',
      '✗ root: differs: among entries 0-6',
      'The first bad entry: entry 3',
      '',
    ])
    expect(err).toBe('The log does not hold.\n')
    expect((await run(...argv, '--lang', 'zh')).out).toContain('首个不符之处：第 3 条')
  })

  it('keeps a long list of findings short', async () => {
    const findings = Array.from({ length: 25 }, () => ({ check: 'checkpoint', detail: differs }))
    const { out } = await answering({ ok: false, size: 0, findings }).run(...argv)
    expect(out.split('\n').slice(9)).toEqual(['✗ checkpoint: differs', '  and 15 more', ''])
  })

  it('does not blame the log for a network that fails', async () => {
    const report = { ok: false, size: 0, findings: [{ check: 'checkpoint', detail: differs }] }
    const { run } = answering(report)
    const place = ['audit', 'verify', 'http://mirror.test/log', '--trust', 'trust']
    const { code, err } = await run(...place)
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
    const { world } = answering(HOLDS)
    const { run } = createTestWorld({ overrides: { ...world, fetch } })
    for (const place of ['', '/v1/audit', '.evil.test/log', '@evil.test/log'])
      await run('audit', 'verify', URL_OF_GATEWAY + place, '--trust', 'trust')
    await run('audit', 'verify', 'http://mirror.test/log', '--trust', 'trust')
    expect(sent).toEqual(['Bearer token-ana', 'Bearer token-ana', null, null, null])
  })

  it('takes no log on its own word', async () => {
    const { run } = answering(HOLDS)
    expect((await run('audit', 'verify', 'copy')).err).toContain('--trust is missing')
    expect((await answering(undefined).run(...argv)).code).toBe(2)
  })
})

describe('replay', () => {
  it('says what the verdict means and shows both digests', async () => {
    const { run, files } = createTestWorld()
    files.set('auditor', Buffer.from('token-aud'))
    await run('submit', 'SELECT 1', '--agreement', 'AGR-A', '--purpose', 'p')
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
