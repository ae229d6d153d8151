import { tableFromIPC } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { createTestWorld, type TestWorld } from '../../../support/test-world.ts'

const JOB = 'job_00000000000000000000000000'

async function withJob(overrides: Parameters<typeof createTestWorld>[0] = {}): Promise<TestWorld> {
  const world = createTestWorld(overrides)
  await world.run('submit', 'SELECT 1', '--agreement', 'AGR-A', '--purpose', 'p')
  return world
}

describe('result', () => {
  it('prints a table, and only as many rows as asked', async () => {
    const { run } = await withJob()
    const { out, err } = await run('result', JOB, '--rows', '1')
    expect(out.trim().split('\n')).toHaveLength(3)
    expect(err).toContain('1 of 3 rows')
  })

  it('writes other forms byte for byte', async () => {
    const { run, files } = await withJob()
    const formats = ['json', 'csv', 'arrow', 'canonical']
    for (const format of formats)
      expect((await run('result', JOB, '--format', format, '--out', `r.${format}`)).code).toBe(0)
    const [json, csv, arrow, canonical] = formats.map((format) =>
      Buffer.from(files.get(`r.${format}`) ?? []),
    )
    expect(JSON.parse(String(json))).toMatchObject({ job: JOB })
    expect(String(csv)).toContain("'=cmd,9007199254740993,-3.00\r\n")
    expect(tableFromIPC(arrow ?? []).numRows).toBe(3)
    expect(String(canonical)).toBe('canonical')
  })

  it('hands CSV to programs as it is, and to terminals without control characters', async () => {
    const bytes = () => Promise.resolve(new Response('a\r\n\u001b[2J\r\n'))
    const piped = createTestWorld({ overrides: { fetch: bytes } })
    expect((await piped.run('result', JOB, '--format', 'csv')).out).toBe('a\r\n\u001b[2J\r\n')
    const shown = createTestWorld({ overrides: { fetch: bytes, isTerminal: true } })
    expect((await shown.run('result', JOB, '--format', 'csv')).out).toBe('a\n\uFFFD[2J\n\n')
  })

  it.each([
    ['result', JOB, '--format', 'xlsx'],
    ['result', JOB, '--format', 'arrow'],
    ['result', JOB, '--out', 'file'],
    ['result', JOB, '--rows', '0'],
  ])('exits with 2 on %s %s %s %s', async (...argv) => {
    expect((await createTestWorld().run(...argv)).code).toBe(2)
  })

  it("shows nothing of someone else's job", async () => {
    const { run, files } = await withJob()
    files.set('token', Buffer.from('token-bo'))
    const { code, out, err } = await run('result', JOB, '--token-file', 'token')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('[job-not-found]')
  })
})
