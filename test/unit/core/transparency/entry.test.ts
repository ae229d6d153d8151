import { describe, expect, it } from 'vitest'
import {
  encodeEntry,
  isCanonicalLeaf,
  MAX_LEAF_BYTES,
  parseEntry,
} from '../../../../src/core/transparency/entry.ts'
import type { AuditEntry } from '../../../../src/model/audit-entry.ts'
import type { Sha256 } from '../../../../src/model/digest.ts'
import { ANA, jobId } from '../../../support/a-log.ts'

const ENTRY: AuditEntry = {
  v: 1,
  type: 'job.planned',
  id: '0195e4a2-0000-7000-8000-000000000000',
  ts: '2026-03-01T08:00:00.123Z',
  boot: 'boot',
  mono: '1234567',
  actor: ANA,
  job: jobId(1),
  jseq: 2,
  jprev: 'a'.repeat(64) as Sha256,
  refs: { sql: `sha256:${'b'.repeat(64)}` },
  body: { text: '数据', list: [1, 'two', null, true], nested: { z: 1, a: 2 } },
}

describe('a leaf', () => {
  it('is canonical JSON of the entry, and reads back as it', () => {
    const leaf = encodeEntry(ENTRY)
    expect(String(leaf)).toMatch(/^\{"actor":\{"organisation":"op-17","subject":"ana"\},"body":/)
    expect(parseEntry(leaf)).toEqual(ENTRY)
    expect(isCanonicalLeaf(leaf, ENTRY)).toBe(true)
  })

  it('may be as long as its cap and no longer', () => {
    const overhead = encodeEntry({ ...ENTRY, body: { text: '' } }).length
    const filled = (extra: number) => ({
      ...ENTRY,
      body: { text: 'x'.repeat(MAX_LEAF_BYTES - overhead + extra) },
    })
    expect(encodeEntry(filled(0))).toHaveLength(MAX_LEAF_BYTES)
    expect(() => encodeEntry(filled(1))).toThrow('at most 16 KiB')
  })

  it.each([
    ['a fraction', { epsilon: 0.5 }],
    ['a fraction deep inside', { list: [{ epsilon: 0.5 }] }],
    ['an integer that is not safe', { n: 2 ** 53 }],
    ['no number', { n: Number.NaN }],
  ])('has no %s', (_, body) => {
    expect(() => encodeEntry({ ...ENTRY, body })).toThrow('safe integer')
  })
})

it('is not written in a form that its reader would refuse', () => {
  const talkative = { ...ENTRY, actor: { ...ANA, role: 'operator' } }
  expect(() => encodeEntry(talkative)).toThrow('form that readers accept')
})

describe('bytes are refused as an entry', () => {
  const { job: _, jseq: __, jprev: ___, ...withoutJob } = ENTRY

  it.each<[string, object]>([
    ['with an unknown member', { ...ENTRY, extra: 1 }],
    ['with another version', { ...ENTRY, v: 2 }],
    ['with an unknown type', { ...ENTRY, type: 'job.exploded' }],
    ['with a type that is inherited', { ...ENTRY, type: 'constructor' }],
    ['with another form of time', { ...ENTRY, ts: '2026-03-01 08:00:00' }],
    ['with a time that does not exist', { ...ENTRY, ts: '2026-13-01T08:00:00.000Z' }],
    ['with a monotonic time that is no decimal', { ...ENTRY, mono: '-1' }],
    ['with a boot that is no text', { ...ENTRY, boot: 1 }],
    ['with an actor of other members', { ...ENTRY, actor: { ...ANA, role: 'x' } }],
    ['with an actor that lacks a member', { ...ENTRY, actor: { subject: 'ana' } }],
    ['with a reference that is no text', { ...ENTRY, refs: { a: 1 } }],
    ['with a body that is a list', { ...ENTRY, body: [] }],
    ['with a job but no place in its chain', { ...withoutJob, job: jobId(1) }],
    ['with a place but no job', { ...withoutJob, jseq: 0 }],
    ['with a first place that names a previous one', { ...ENTRY, jseq: 0 }],
    ['with a later place that names none', { ...withoutJob, job: jobId(1), jseq: 1 }],
    ['with a previous hash that is none', { ...ENTRY, jprev: 'abc' }],
    ['with a place that is no integer', { ...ENTRY, jseq: 1.5 }],
    ['with text that is not well-formed', { ...ENTRY, boot: '\ud800' }],
  ])('%s', (_, value) => {
    expect(parseEntry(Buffer.from(JSON.stringify(value)))).toBeUndefined()
  })

  it.each(Object.keys(withoutJob).filter((name) => name !== 'refs'))('without %s', (name) => {
    const { [name as 'v']: ____, ...rest } = withoutJob
    expect(parseEntry(Buffer.from(JSON.stringify(rest)))).toBeUndefined()
  })

  it.each(['', 'null', '[]', '"text"', '{', '\u{feff}{}'])('when they are %j', (text) => {
    expect(parseEntry(Buffer.from(text))).toBeUndefined()
  })
})

describe('a leaf is not canonical', () => {
  it.each([
    ['with a space', (text: string) => text.replace(':', ': ')],
    ['with a member twice', (text: string) => text.replace('"v":1', '"v":1,"v":1')],
    [
      'with members in another order',
      (text: string) => `{"v":1,${text.slice(1).replace(',"v":1', '')}`,
    ],
    ['with a needless escape', (text: string) => text.replace('数', '\\u6570')],
  ])('%s', (_, change) => {
    const leaf = Buffer.from(change(String(encodeEntry(ENTRY))))
    const entry = parseEntry(leaf)
    expect(entry).toEqual(ENTRY)
    expect(entry && isCanonicalLeaf(leaf, entry)).toBe(false)
  })
})
