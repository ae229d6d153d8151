/** Pages that are generated from code equal it. `npm run docs` regenerates them. */

import { join } from 'node:path'
import { expect, it } from 'vitest'
import { NEXT_STATES, STATE_AFTER } from '../../src/core/jobs/job-states.ts'
import { PROBLEMS } from '../../src/model/problem.ts'
import { INSTRUMENTS, renderProblemsPage } from '../support/problems-page.ts'

const DOCS = join(import.meta.dirname, '../../docs')

it('docs/problems.md is the registry of problems', async () => {
  await expect(renderProblemsPage()).toMatchFileSnapshot(join(DOCS, 'problems.md'))
})

it('docs/job-states.md is the state machine of jobs', async () => {
  const moves = Object.entries(NEXT_STATES).flatMap(([from, next]) =>
    next.map((to) => `    ${from} --> ${to}`),
  )
  const entries = Object.entries(STATE_AFTER).map(([entry, state]) => `| \`${entry}\` | ${state} |`)
  const page = [
    '# States of a job',
    '',
    'Generated from `src/core/jobs/job-states.ts` by `npm run docs`.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '    [*] --> submitted',
    ...moves,
    '```',
    '',
    '| Log entry | State after it |',
    '| --- | --- |',
    ...entries,
    '',
  ]
  await expect(page.join('\n')).toMatchFileSnapshot(join(DOCS, 'job-states.md'))
})

it.each(Object.entries(PROBLEMS))('%s names articles of known instruments', (_, { basis }) => {
  const unknown = basis.filter((article) => {
    const [, instrument] = /^(\d{3})-\d+$/.exec(article) ?? []
    return instrument === undefined || !(instrument in INSTRUMENTS)
  })
  expect(unknown).toEqual([])
})
