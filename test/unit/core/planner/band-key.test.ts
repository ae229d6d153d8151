import { beforeAll, describe, expect, it } from 'vitest'
import { GRANTS } from '../../../support/demo-grants.ts'
import { EngineParser } from '../../../support/engine-parser.ts'
import { plan } from '../../../support/planner.ts'

let engine: EngineParser
beforeAll(async () => {
  engine = await EngineParser.open()
})

async function outcome(key: string): Promise<string> {
  const planned = await plan(
    engine,
    `SELECT ${key} AS k, count(*) AS n FROM person_base GROUP BY ALL`,
    GRANTS.B,
  )
  return planned.ok ? 'planned' : planned.problem.code
}

describe('a band key', () => {
  it.each([
    "LEAST(FLOOR(DATE_DIFF('year', birth_date, DATE '2025-12-31') / 5) * 5, 85)",
    'year(birth_date)',
    "date_trunc('quarter', birth_date)",
    "CASE WHEN birth_date < DATE '1960-01-01' THEN 'older' ELSE 'younger' END",
  ])('may be %s', async (key) => {
    expect(await outcome(key)).toBe('planned')
  })

  it.each([
    'birth_date',
    'month(birth_date)',
    'dayofyear(birth_date)',
    "date_trunc('month', birth_date)",
    "date_diff('day', birth_date, DATE '2025-12-31')",
    "strftime(birth_date, '%Y-%m-%d')",
    "CASE WHEN sex = '女' THEN birth_date ELSE DATE '2000-01-01' END",
  ])('may not be %s', async (key) => {
    expect(await outcome(key)).toBe('column-use-not-allowed')
  })
})
