import { describe, expect, it } from 'vitest'
import {
  earlierAnswer,
  noteAnswer,
  type Question,
  type StickyAnswers,
} from '../../../../src/core/release/sticky-answers.ts'
import type { Sha256 } from '../../../../src/model/digest.ts'
import type { JobId } from '../../../../src/model/job.ts'

const digest = (letter: string): Sha256 => letter.repeat(64) as Sha256
const QUESTION: Question = {
  plan: digest('a'),
  snapshot: digest('b'),
  policy: digest('c'),
  mode: 'dp',
  columns: ['region', 'n'],
}

function answered(...jobs: readonly (readonly [string, Question])[]): StickyAnswers {
  const answers: StickyAnswers = new Map()
  for (const [job, question] of jobs) noteAnswer(answers, { job: job as JobId, question })
  return answers
}

describe('earlierAnswer', () => {
  it('finds the first job that answered the same question', () => {
    const answers = answered(['job_1', QUESTION], ['job_2', { ...QUESTION }])
    expect(earlierAnswer(answers, { ...QUESTION, columns: ['region', 'n'] })).toBe('job_1')
    expect(earlierAnswer(new Map(), QUESTION)).toBeUndefined()
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
  ])('computes anew for another $why', ({ change }) => {
    expect(earlierAnswer(answered(['job_1', QUESTION]), { ...QUESTION, ...change })).toBeUndefined()
  })
})
