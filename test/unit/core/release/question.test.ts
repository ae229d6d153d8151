import { describe, expect, it } from 'vitest'
import { type Question, questionKey } from '../../../../src/core/release/question.ts'
import type { Sha256 } from '../../../../src/model/digest.ts'

const digest = (letter: string): Sha256 => letter.repeat(64) as Sha256
const QUESTION: Question = {
  plan: digest('a'),
  snapshot: digest('b'),
  policy: digest('c'),
  mode: 'dp',
  columns: ['region', 'n'],
}

describe('questionKey', () => {
  it('is equal for the same question', () => {
    expect(questionKey({ ...QUESTION, columns: ['region', 'n'] })).toBe(questionKey(QUESTION))
  })

  it.each([
    { why: 'plan', change: { plan: digest('d') } },
    { why: 'snapshot', change: { snapshot: digest('d') } },
    { why: 'policy', change: { policy: digest('d') } },
    { why: 'mode', change: { mode: 'threshold' as const } },
    { why: 'column name', change: { columns: ['region', 'm'] } },
    { why: 'order of columns', change: { columns: ['n', 'region'] } },
    { why: 'split of column names', change: { columns: ['region","n'] } },
    { why: 'swap of digests', change: { plan: digest('b'), snapshot: digest('a') } },
  ])('differs for another $why', ({ change }) => {
    expect(questionKey({ ...QUESTION, ...change })).not.toBe(questionKey(QUESTION))
  })
})
