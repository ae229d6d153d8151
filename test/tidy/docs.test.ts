/** Pages that are generated from code equal it. `npm run docs` regenerates them. */

import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PROBLEMS } from '../../src/model/problem.ts'
import { INSTRUMENTS, renderProblemsPage } from '../support/problems-page.ts'

const DOCS = join(import.meta.dirname, '../../docs')

it('docs/problems.md is the registry of problems', async () => {
  await expect(renderProblemsPage()).toMatchFileSnapshot(join(DOCS, 'problems.md'))
})

it.each(Object.entries(PROBLEMS))('%s names articles of known instruments', (_, { basis }) => {
  const unknown = basis.filter((article) => {
    const [, instrument] = /^(\d{3})-\d+$/.exec(article) ?? []
    return instrument === undefined || !(instrument in INSTRUMENTS)
  })
  expect(unknown).toEqual([])
})
