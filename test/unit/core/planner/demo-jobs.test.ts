/**
 * Goal: a planned statement gives the same answer as the statement itself.
 * Method: run the demo jobs on a small province, once as planned with nothing withheld, once as
 * written, and compare all rows.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { GRANTS, type GrantName } from '../../../support/demo-grants.ts'
import type { EngineParser } from '../../../support/engine-parser.ts'
import { confirmedPlan, plan } from '../../../support/planner.ts'
import { demoFile, openProvince } from '../../../support/province.ts'
import { passThrough } from '../../../support/run-pass-through.ts'
import { sameRows } from '../../../support/same-rows.ts'

interface DemoJob {
  readonly id: string
  readonly sql: string
}

const JOBS: readonly DemoJob[] = JSON.parse(demoFile('jobs.json'))

const PLANNED: readonly (readonly [string, GrantName])[] = [
  ['J01', 'A'],
  ['J02', 'A'],
  ['J03', 'A'],
  ['J05', 'A'],
  ['J06', 'B'],
  ['J07', 'B'],
  ['J08', 'B'],
  ['J09', 'C'],
  ['J10', 'C'],
  ['J11', 'D'],
  ['J12', 'D'],
  ['R04a', 'A'],
]

const REFUSED = [
  ['J04', 'A', 'row-level-output'],
  ['R01', 'B', 'row-level-output'],
  ['R03', 'B', 'column-use-not-allowed'],
  ['R02', 'A', 'table-not-authorised'],
  ['R04b', 'A', 'sql-unsupported'],
  ['R05', 'C', 'identifier-output'],
  ['R07', 'B', 'function-not-allowed'],
  ['R08', 'B', 'identifier-predicate'],
  ['R09', 'B', 'column-not-authorised'],
  ['R09b', 'B', 'function-not-allowed'],
  ['SUMMARIZE', 'B', 'sql-unsupported'],
] as const

function sqlOf(id: string): string {
  return JOBS.find((job) => job.id === id)?.sql ?? ''
}

describe('demo jobs', () => {
  let province: EngineParser

  beforeAll(async () => {
    province = await openProvince('small')
  })

  it.each(PLANNED)('%s gives the answer of the engine', async (id, grant) => {
    const planned = await confirmedPlan(province, sqlOf(id), GRANTS[grant])
    const expected = await province.query(sqlOf(id))
    expect(planned.columns).toEqual(expected.columns)
    const rows = await passThrough(province, planned)
    expect(rows.length).toBeGreaterThan(0)
    expect(sameRows(rows, expected.rows)).toBe('same')
  })

  it('J04 with cut points, as docs/sql.md writes it, gives nearly the answer of the engine', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/sql.md'), 'utf8')
    const sql = /```sql\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
    const planned = await confirmedPlan(province, sql, GRANTS.A)
    const [rows, expected] = [await passThrough(province, planned), await province.query(sql)]
    const rounded = (all: readonly (readonly (string | null)[])[]) =>
      all.map(([band, ...values]) => [band, ...values.map((value) => Number(value).toFixed(5))])
    expect(rows.length).toBe(5)
    expect(rounded(rows)).toEqual(rounded(expected.rows))
  })

  it.each(REFUSED)('%s is refused', async (id, grant, code) => {
    const planned = await plan(province, sqlOf(id), GRANTS[grant])
    expect(planned.ok ? 'planned' : planned.problem.code).toBe(code)
    expect(planned.ok || planned.problem.at).toBeTruthy()
  })
})
