/**
 * Goal: no statement costs the gateway more than its length earns.
 * Method: short statements that grow while they are planned, each of which must be refused, in time.
 */

import { beforeAll, expect, it } from 'vitest'
import { MAX_GENERATED_BYTES } from '../../src/core/planner/assemble-plan.ts'
import { GRANTS } from '../support/demo-grants.ts'
import { EngineParser } from '../support/engine-parser.ts'
import { plan } from '../support/planner.ts'

let engine: EngineParser

beforeAll(async () => {
  engine = await EngineParser.open()
})

/** Each alias holds the one before it twice: 2^steps operands from a line of text. */
function doubling(steps: number): string {
  const items = Array.from({ length: steps }, (_, step) =>
    step === 0 ? 'sex || sex AS a0' : `a${step - 1} || a${step - 1} AS a${step}`,
  )
  return `SELECT ${items.join(', ')}, count(*) AS n FROM person_base GROUP BY sex`
}

/** The same in ORDER BY and HAVING, over released values. */
function doublingAbove(steps: number): string {
  const items = Array.from({ length: steps }, (_, step) =>
    step === 0 ? 'count(*) + count(*) AS a0' : `a${step - 1} + a${step - 1} AS a${step}`,
  )
  return `SELECT sex, ${items.join(', ')} FROM person_base GROUP BY sex ORDER BY a${steps - 1}`
}

/** Each subquery doubles the column of the one inside it. */
function nestedDoubling(steps: number): string {
  const inner = (step: number): string =>
    step === 0 ? 'person_base' : `(SELECT sex || sex AS sex FROM ${inner(step - 1)})`
  return `SELECT sex, count(*) AS n FROM ${inner(steps)} GROUP BY sex`
}

// Twelve steps still end; twenty-three, or 400 bytes, held the gateway for minutes and took 2 GB.
it.each([
  ['aliases of rows', doubling(12)],
  ['aliases of rows, many', doubling(23)],
  ['aliases of released values', doublingAbove(12)],
  ['aliases of released values, many', doublingAbove(30)],
  ['columns of nested queries', nestedDoubling(14)],
])('refuses %s that double themselves', async (_, sql) => {
  const startedMs = performance.now()
  const planned = await plan(engine, sql, GRANTS.B)
  expect(planned.ok ? 'planned' : planned.problem.code).toBe('sql-too-complex')
  expect(performance.now() - startedMs).toBeLessThan(2_000)
})

it('refuses a statement whose generated SQL no parser would take', async () => {
  const kinds = Array.from({ length: 8 }, (_, index) => `'kind ${index}'`).join(', ')
  const tests = Array.from({ length: 200 }, (_, index) => `${index + 2} // b > 0`).join(' AND ')
  const rows = `SELECT CASE WHEN med_type IN (${kinds}) THEN 0 ELSE 1 END AS b FROM mi_settle`
  const planned = await plan(engine, `SELECT count(*) FROM (${rows}) WHERE ${tests}`, GRANTS.B)
  if (planned.ok) {
    for (const { text } of planned.value.printed)
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_GENERATED_BYTES)
  } else expect(planned.problem.code).toBe('sql-too-complex')
})
