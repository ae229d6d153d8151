import { describe, expect, it } from 'vitest'
import { signCheckpoint } from '../../../../src/core/transparency/checkpoint.ts'
import { EMPTY_ROOT, leafHash } from '../../../../src/core/transparency/merkle-tree.ts'
import { TileBuilder } from '../../../../src/core/transparency/tile-builder.ts'
import { parseTrustPolicy } from '../../../../src/core/transparency/trust-policy.ts'
import { verifyLog } from '../../../../src/core/transparency/verify-log.ts'
import { openTestLog, runJobs } from '../../../support/a-log.ts'
import { seededSigner } from '../../../support/journal-ports.ts'
import { required } from '../../../support/required.ts'
import { aGenuineLog, type LogFiles, TAMPERINGS } from '../../../support/tampered-logs.ts'

const genuine = await aGenuineLog()
const policy = required(parseTrustPolicy(genuine.policy))

function verify(files: LogFiles, held: readonly string[] = []) {
  const readFile = (path: string) => Promise.resolve(files.get(path))
  return verifyLog({ readFile, policy, held })
}

describe('a genuine log', () => {
  it('verifies, also against a checkpoint kept from earlier', async () => {
    const expected = { ok: true, origin: 'glovebox.test/log', size: genuine.size, findings: [] }
    expect(await verify(genuine.files)).toEqual(expected)
    expect(await verify(genuine.files, [genuine.held])).toEqual(expected)
  })

  it('verifies when partial files gave way to full ones', async () => {
    const { journal, tiles } = await openTestLog()
    await runJobs(journal, 10)
    await journal.flushPublication()
    const checkpoint = Buffer.from(journal.checkpoint())
    await runJobs(journal, 60, 10)
    await journal.flushPublication()
    const files = new Map([...tiles.files, ['checkpoint', checkpoint] as const])
    expect([...files.keys()].filter((path) => path.startsWith('tile/0/000'))).toEqual([
      'tile/0/000',
    ])
    expect(await verify(files)).toMatchObject({ ok: true, size: 81 })
  })

  it('may be empty', async () => {
    const note = signCheckpoint({ size: 0, root: EMPTY_ROOT }, seededSigner('log'))
    const files = new Map([['checkpoint', Buffer.from(note)]])
    expect(await verify(files)).toMatchObject({ ok: true, size: 0 })
  })
})

describe('a tampered log is rejected:', () => {
  it.each(TAMPERINGS)('$name', async ({ tamper, firstBad, needsHeld }) => {
    const files = tamper(genuine)
    const report = await verify(files, needsHeld === true ? [genuine.held] : [])
    expect(report.ok).toBe(false)
    if (firstBad === undefined) return
    const { from = -1, through = -1 } = required(report.firstBad)
    expect([from, through]).toSatisfy(
      () => from >= firstBad[0] && through <= firstBad[1],
      `${from} to ${through} lies within ${firstBad.join(' to ')}`,
    )
  })

  it('every finding is explained in both languages', async () => {
    for (const { tamper } of TAMPERINGS) {
      const { findings } = await verify(tamper(genuine), [genuine.held])
      for (const { detail } of findings) {
        expect(detail.en).toMatch(/[a-z]/)
        expect(detail.zh).toMatch(/\p{Script=Han}/u)
      }
    }
  })

  it('a malformed checkpoint', async () => {
    for (const text of ['', 'nonsense', 'a\n1\n\n'])
      expect(await verify(new Map([['checkpoint', Buffer.from(text)]]))).toMatchObject({
        ok: false,
        findings: [{ check: 'checkpoint' }],
      })
  })

  it('a held checkpoint that another key signed', async () => {
    const foreign = signCheckpoint({ size: 1, root: EMPTY_ROOT }, seededSigner('thief'))
    const report = await verify(genuine.files, [foreign])
    expect(report.findings).toMatchObject([{ check: 'held' }])
  })

  it('a log cut off behind a held checkpoint, which only the holder can tell', async () => {
    const cut = required(TAMPERINGS.find(({ needsHeld }) => needsHeld === true)).tamper(genuine)
    expect(await verify(cut)).toMatchObject({ ok: true })
    expect(await verify(cut, [genuine.held])).toMatchObject({
      findings: [{ check: 'held', detail: { en: expect.stringContaining('cut off') } }],
    })
  })
})

describe('what entries say', () => {
  it.each([
    ['no entry', 'text', 'not an audit entry'],
    ['no canonical JSON', undefined, 'canonical'],
  ])('is checked: %s', async (_, replacement, reason) => {
    const { journal } = await openTestLog()
    await journal.flushPublication()
    const start = String(Buffer.from(required(await journal.leaf(0))))
    const leaf = Buffer.from(replacement ?? start.replace('{', '{ '))
    const builder = new TileBuilder()
    builder.append(leaf, leafHash(leaf))
    const head = { size: 1, root: leafHash(leaf) }
    const files = new Map(builder.partials().map(({ path, bytes }) => [path, bytes]))
    files.set('checkpoint', Buffer.from(signCheckpoint(head, seededSigner('log'))))
    const report = await verify(files)
    expect(report.firstBad).toMatchObject({ check: 'entry', from: 0, through: 0 })
    expect(report.firstBad?.detail.en).toContain(reason)
    const readFile = (path: string) => Promise.resolve(files.get(path))
    expect(await verifyLog({ readFile, policy, leaves: 'opaque' })).toMatchObject({ ok: true })
  })
})
