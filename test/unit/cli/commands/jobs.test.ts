import { describe, expect, it } from 'vitest'
import type { JobView } from '../../../../src/model/api.ts'
import { RESULT } from '../../../support/fake-service.ts'
import { createTestWorld, URL_OF_GATEWAY } from '../../../support/test-world.ts'

const JOB = 'job_00000000000000000000000000'
const ORDER = ['--agreement', 'AGR-A', '--purpose', 'credit.enterprise.sme'] as const
const SQL = 'SELECT industry, count(*) AS n FROM ent_reg GROUP BY ALL'

/** A gateway that answers with these states of one job, one after the other. */
function fetchStates(states: readonly Partial<JobView>[]) {
  const remaining = [...states]
  return async (url: string): Promise<Response> => {
    if (url.includes('/result')) return Response.json({ job: JOB, ...RESULT, bytes: undefined })
    const next = remaining.length > 1 ? remaining.shift() : remaining[0]
    return Response.json({
      id: JOB,
      submitter: 'ana',
      agreement: 'AGR-A',
      purpose: 'p',
      submittedAt: '2026-01-05T08:00:00.000Z',
      progress: 0,
      ...next,
    })
  }
}

describe('submit', () => {
  it('names the job and what to do next', async () => {
    const { run } = createTestWorld({ files: { 'q.sql': SQL } })
    const { code, out, err } = await run('submit', '--file', 'q.sql', ...ORDER)
    expect(code).toBe(0)
    expect(out).toBe(`${JOB}  submitted\n`)
    expect(err).toContain(`glovebox result ${JOB}`)
  })

  it('waits, then shows the table with its guarantee', async () => {
    const { run } = createTestWorld()
    const { code, out, err } = await run('submit', SQL, ...ORDER, '--wait')
    expect(code).toBe(0)
    expect(out.split('\n').slice(1)).toEqual([
      'industry                 n   mean',
      '────────  ────────────────  ─────',
      '制造业                 120  10.50',
      '=cmd      9007199254740993  -3.00',
      'NULL                    44   NULL',
      '',
    ])
    expect(err).toContain('3 rows')
    expect(err).toContain('At least 10 firms')
  })

  it('shows progress to a person and none to a program', async () => {
    const states = [
      { state: 'submitted' },
      { state: 'running', progress: 40 },
      { state: 'released' },
    ] as const
    const watched = createTestWorld({
      overrides: { isTerminal: true, fetch: fetchStates(states) },
    })
    expect((await watched.run('submit', SQL, ...ORDER, '--wait')).err).toContain('running  40 %')
    const piped = createTestWorld({ overrides: { fetch: fetchStates(states) } })
    expect((await piped.run('submit', SQL, ...ORDER, '--wait')).err).not.toContain('%')
  })

  it('prints a refusal with code, place, article and remedy', async () => {
    const { run } = createTestWorld({ files: { 'q.sql': 'SELECT region,\n  max(mobile)\nFROM t' } })
    const { code, out, err } = await run('submit', '--file', 'q.sql', ...ORDER)
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err.split('\n')).toEqual([
      'Refused: The agreement does not include this column [column-not-authorised]',
      '  ent_reg.mobile is not listed.',
      '',
      '  2 |   max(mobile)',
      '    |       ^',
      '',
      '  Articles: 004-15',
      '  Remedy: Use the columns your agreement lists, or apply for this one.',
      '',
    ])
  })

  it('prints it in Chinese as well', async () => {
    const { run } = createTestWorld({ language: 'zh' })
    const { err } = await run('submit', 'SELECT mobile FROM t', ...ORDER)
    expect(err).toContain('已拒绝：协议未授权该数据项 [column-not-authorised]')
    expect(err).toContain('协议未列出 ent_reg.mobile。')
    expect(err).toContain('办法：请使用协议所列数据项')
  })

  it('stops waiting where a person decides', async () => {
    const fetch = fetchStates([{ state: 'running' }, { state: 'quarantined' }])
    const { code, err } = await createTestWorld({ overrides: { fetch } }).run(
      ...['submit', SQL, ...ORDER, '--wait'],
    )
    expect(code).toBe(0)
    expect(err).toContain('Held for review')
  })

  it.each(['refused', 'failed', 'rejected', 'cancelled', 'aborted_linkage'] as const)(
    'exits with 1 when the job ends %s',
    async (state) => {
      const fetch = fetchStates([{ state: 'queued' }, { state }])
      const { run } = createTestWorld({ overrides: { fetch } })
      expect((await run('submit', SQL, ...ORDER, '--wait')).code).toBe(1)
    },
  )

  it('sends one job for one idempotency key', async () => {
    const { run } = createTestWorld()
    const argv = ['submit', SQL, ...ORDER, '--idempotency-key', 'k']
    expect((await run(...argv)).out).toBe((await run(...argv)).out)
  })

  it.each([
    [[]],
    [[...ORDER]],
    [[SQL, '--file', 'q.sql', ...ORDER]],
    [[SQL, SQL, ...ORDER]],
    [[SQL, '--purpose', 'p']],
    [[SQL, '--agreement', 'AGR-A']],
    [['--file', 'absent.sql', ...ORDER]],
  ])('does not guess: %j', async (argv) => {
    const { run, requests } = createTestWorld({ files: { 'q.sql': SQL } })
    expect((await run('submit', ...argv)).code).toBe(2)
    expect(requests).toEqual([])
  })
})

describe('explain', () => {
  it('shows cost, columns, and both halves of the plan', async () => {
    const { run } = createTestWorld()
    const { code, out } = await run('explain', SQL, ...ORDER)
    expect(code).toBe(0)
    expect(out).toBe(`Admitted: differential privacy
Costs: rho 12500.000000000001
  left in AGR-A: 987500

Reads these columns, in these roles
  ent_reg.industry: group

Runs on raw data -> released_0 (protects: firm)
  SELECT industry AS k0, count(*) AS rows FROM ent_reg GROUP BY 1

Runs on released tables only
  SELECT k0 AS industry, rows AS n FROM released_0
`)
  })

  it('refuses as submit does', async () => {
    const { run } = createTestWorld()
    const { code, err } = await run('explain', 'SELECT mobile FROM t', ...ORDER)
    expect(code).toBe(1)
    expect(err).toContain('    |        ^')
  })
})

describe('jobs and cancel', () => {
  it('lists jobs in aligned columns', async () => {
    const { run } = createTestWorld()
    await run('submit', SQL, ...ORDER)
    const { out } = await run('jobs', '--lang', 'zh')
    expect(out.split('\n')[0]).toMatch(/^作业 +状态 +协议 +用途 +提交时间$/)
    expect(out).toContain(`${JOB}  已发布  AGR-A  credit.enterprise.sme  2026-01-05 08:00:00 UTC`)
  })

  it('says so when there are none', async () => {
    expect((await createTestWorld().run('jobs')).err).toBe('No jobs yet.\n')
  })

  it('cancels', async () => {
    const { run } = createTestWorld()
    await run('submit', SQL, ...ORDER)
    expect((await run('cancel', JOB)).out).toBe(`${JOB}  cancelled\n`)
  })

  it('sends any job id as one segment of the path', async () => {
    const { run, requests } = createTestWorld()
    expect((await run('cancel', '../replays?x')).code).toBe(1)
    expect(requests).toEqual([`POST ${URL_OF_GATEWAY}/v1/jobs/..%2Freplays%3Fx:cancel`])
  })
})

describe('statement files', () => {
  it('refuses a file that is not UTF-8 instead of sending another text', async () => {
    const { run, files, requests } = createTestWorld()
    files.set('gbk.sql', new Uint8Array([0x27, 0xd6, 0xc6, 0x27]))
    const { code, err } = await run('submit', '--file', 'gbk.sql', ...ORDER)
    expect(code).toBe(2)
    expect(err).toContain('gbk.sql is not UTF-8 text.')
    expect(requests).toEqual([])
  })
})
