import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MutableJobBook } from '../../../../src/core/jobs/job-book.ts'
import { isFinal, NEXT_STATES, STATE_AFTER } from '../../../../src/core/jobs/job-states.ts'
import type { EntryDraft, EntryType } from '../../../../src/model/audit-entry.ts'
import { committed, JOB } from '../../../support/log-entries.ts'

const SUBMITTED: Partial<EntryDraft> = {
  type: 'job.submitted',
  refs: { request: 'r' },
  body: { agreement: 'AGR-A', purpose: 'credit', idempotency: 'key' },
}

function bookOf(...drafts: readonly Partial<EntryDraft>[]): MutableJobBook {
  const book = new MutableJobBook()
  for (const [index, draft] of drafts.entries()) book.apply(committed(index, draft))
  return book
}

describe('MutableJobBook', () => {
  it('follows a job to its release', () => {
    const book = bookOf(
      SUBMITTED,
      { type: 'job.planned', refs: { plan: 'p', snapshot: 's' } },
      { type: 'budget.charged', body: { epoch: 3 } },
      { type: 'job.started' },
      { type: 'job.finished' },
      {
        type: 'result.released',
        refs: { result: 'd' },
        body: { guarantee: { en: 'g', zh: '保' } },
      },
    )
    expect(book.jobs.get(JOB)).toMatchObject({
      state: 'released',
      entries: [0, 1, 2, 3, 4, 5],
      refs: { request: 'r', plan: 'p', snapshot: 's', result: 'd' },
      releaseId: '2'.padStart(64, '0'),
      noiseEpoch: 3,
      starts: 1,
      guarantee: { en: 'g' },
    })
    expect(book.byIdempotency.get('key')).toBe(JOB)
  })

  it('keeps the code and the place of a refusal, not its wording', () => {
    const book = bookOf(SUBMITTED, {
      type: 'job.refused',
      body: { code: 'unknown-name', at: { line: 1, column: 8 } },
    })
    expect(book.jobs.get(JOB)?.problem).toMatchObject({
      code: 'unknown-name',
      at: { line: 1, column: 8 },
    })
  })

  it('counts how often a job was started', () => {
    const charged = { type: 'budget.charged', body: { epoch: 1 } } as const
    const book = bookOf(
      SUBMITTED,
      { type: 'job.planned' },
      charged,
      { type: 'job.started' },
      {
        type: 'job.started',
      },
    )
    expect(book.jobs.get(JOB)?.starts).toBe(2)
  })

  it('never lets a later entry change what an earlier one referred to', () => {
    const book = bookOf(SUBMITTED, { type: 'job.planned', refs: { request: 'other' } })
    expect(book.jobs.get(JOB)?.refs['request']).toBe('r')
  })

  it('treats every move outside the table as a broken log', () => {
    const moves = Object.keys(STATE_AFTER).filter((type) => type !== 'job.submitted') as EntryType[]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...moves), { maxLength: 8 }), (types) => {
        const book = bookOf(SUBMITTED)
        for (const [index, type] of types.entries()) {
          const before = book.jobs.get(JOB)?.state ?? 'submitted'
          const after = STATE_AFTER[type] ?? before
          const entry = committed(index + 1, {
            type,
            body: { epoch: 1, guarantee: { en: '', zh: '' } },
          })
          const isLegal = NEXT_STATES[before].includes(after) || after === before
          if (
            isLegal &&
            !(
              type === 'job.started' &&
              before !== 'queued' &&
              !NEXT_STATES[before].includes('running')
            )
          ) {
            book.apply(entry)
            expect(book.jobs.get(JOB)?.state).toBe(after)
          } else {
            expect(() => book.apply(entry)).toThrow('legal moves')
          }
        }
      }),
    )
  })
})

describe('isFinal', () => {
  it('holds for every state a finished job can rest in', () => {
    expect(Object.keys(NEXT_STATES).filter((state) => isFinal(state as never))).toEqual([
      'refused',
      'released',
      'rejected',
      'archived',
      'failed',
      'cancelled',
      'cancelled_by_suspension',
      'aborted_linkage',
    ])
  })
})
