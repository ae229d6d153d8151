import { describe, expect, it } from 'vitest'
import { BootTimes, JobChains } from '../../../../src/core/transparency/entry-order.ts'
import type { AuditEntry } from '../../../../src/model/audit-entry.ts'
import type { Sha256 } from '../../../../src/model/digest.ts'
import { ANA, jobId } from '../../../support/a-log.ts'

const [FIRST, SECOND] = ['a'.repeat(64) as Sha256, 'b'.repeat(64) as Sha256]

function entry(members: Partial<AuditEntry>): AuditEntry {
  const identity = { id: 'id', ts: '2026-03-01T08:00:00.000Z', boot: 'first', mono: '0' }
  return { v: 1, type: 'job.planned', actor: ANA, body: {}, ...identity, ...members }
}

describe('the chain of a job', () => {
  const chains = new JobChains()
  chains.follow(entry({ job: jobId(1), jseq: 0 }), 7, FIRST)
  chains.follow(entry({}), 8, SECOND)

  it('says where the next entry belongs, per job', () => {
    expect(chains.next(jobId(1))).toEqual({ jseq: 1, jprev: FIRST })
    expect(chains.next(jobId(2))).toEqual({ jseq: 0 })
    expect([chains.lastIndex(jobId(1)), chains.lastIndex(jobId(2))]).toEqual([7, undefined])
  })

  it.each([
    ['the next one', { job: jobId(1), jseq: 1, jprev: FIRST }, undefined],
    ['the first of another job', { job: jobId(2), jseq: 0 }, undefined],
    ['one that belongs to no job', {}, undefined],
    ['a gap', { job: jobId(1), jseq: 2, jprev: FIRST }, 'gap'],
    ['a repetition', { job: jobId(1), jseq: 0 }, 'gap'],
    ['a start in the middle', { job: jobId(2), jseq: 1, jprev: FIRST }, 'gap'],
    ['another previous entry', { job: jobId(1), jseq: 1, jprev: SECOND }, 'hash'],
  ])('accepts or refuses %s', (_, members, fault) => {
    const found = chains.faultOf(entry(members))
    if (fault === undefined) expect(found).toBeUndefined()
    else expect(found?.en).toContain(fault)
  })
})

describe('time', () => {
  const boots = new BootTimes()
  boots.follow(entry({ type: 'log.start', boot: 'earlier' }))
  boots.follow(entry({ type: 'log.start', boot: 'now', ts: '2026-03-01T08:00:01.000Z', mono: '9' }))

  it.each([
    ['the same instant', { boot: 'now', ts: '2026-03-01T08:00:01.000Z', mono: '9' }, undefined],
    [
      'a longer monotonic time',
      { boot: 'now', ts: '2026-03-01T08:00:01.000Z', mono: '10' },
      undefined,
    ],
    ['a new writer, even with an earlier clock', { type: 'log.start', boot: 'next' }, undefined],
    [
      'an earlier time',
      { boot: 'now', ts: '2026-03-01T08:00:00.999Z', mono: '10' },
      'time is before',
    ],
    [
      'an earlier monotonic time',
      { boot: 'now', ts: '2026-03-01T08:00:02.000Z', mono: '8' },
      'monotonic',
    ],
    ['a new writer without start', { boot: 'next' }, 'without a log.start'],
    ['a writer that had ended', { type: 'log.start', boot: 'earlier' }, 'already ended'],
  ] as const)('accepts or refuses %s', (_, members, fault) => {
    const found = boots.faultOf(entry(members))
    if (fault === undefined) expect(found).toBeUndefined()
    else expect(found?.en).toContain(fault)
  })
})
