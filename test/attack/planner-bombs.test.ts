/**
 * Goal: no statement costs the gateway more than its length earns.
 * Method: short statements that grow while they are planned, each of which must be refused, in time.
 */

import { beforeAll, expect, it } from 'vitest'
import { MAX_SQL_BYTES } from '../../src/model/job.ts'
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

// Twelve steps still end; twenty-three, or 400 bytes, held the gateway for minutes and took 2 GB.
it('refuses aliases that double themselves', async () => {
  const planned = await plan(engine, doubling(12), GRANTS.B)
  expect(planned.ok ? 'planned' : planned.problem.code).toBe('sql-too-complex')
})

it('refuses a statement whose generated SQL no parser would take', async () => {
  const kinds = Array.from({ length: 8 }, (_, index) => `'kind ${index}'`).join(', ')
  const tests = Array.from({ length: 200 }, (_, index) => `${index + 2} // b > 0`).join(' AND ')
  const rows = `SELECT CASE WHEN med_type IN (${kinds}) THEN 0 ELSE 1 END AS b FROM mi_settle`
  const planned = await plan(engine, `SELECT count(*) FROM (${rows}) WHERE ${tests}`, GRANTS.B)
  if (planned.ok) {
    for (const { text } of planned.value.printed)
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_SQL_BYTES)
  } else expect(planned.problem.code).toBe('sql-too-complex')
})
