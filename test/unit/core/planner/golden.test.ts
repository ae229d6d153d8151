/**
 * Goal: every change of generated SQL is seen.
 * Method: golden files in test/vectors/planner; `vitest -u` rewrites them for review.
 */

import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { GRANTS, type GrantName } from '../../../support/demo-grants.ts'
import { EngineParser } from '../../../support/engine-parser.ts'
import { confirmedPlan, describePlan } from '../../../support/planner.ts'

const FOLDER = join(import.meta.dirname, '../../../vectors/planner')

const STATEMENTS: readonly (readonly [name: string, grant: GrantName, sql: string])[] = [
  ['count', 'A', 'SELECT count(*) FROM ent_reg'],
  [
    'count-by',
    'A',
    'SELECT scale, count(*) AS n FROM ent_reg GROUP BY scale ORDER BY n DESC LIMIT 3',
  ],
  ['distinct', 'A', 'SELECT DISTINCT scale, status FROM ent_reg'],
  ['having', 'A', 'SELECT scale, count(*) FROM ent_reg GROUP BY 1 HAVING count(*) > 10'],
  [
    'sum-filter',
    'A',
    'SELECT month, sum(kwh) FILTER (WHERE kwh > 5) AS s FROM elec_usage GROUP BY month',
  ],
  ['ratio', 'A', 'SELECT sum(amount_due) / sum(kwh) AS price FROM elec_usage'],
  ['linear', 'A', 'SELECT sum(0.16 * kwh - amount_due) AS gain FROM elec_usage'],
  [
    'case-sum',
    'A',
    "SELECT sum(CASE WHEN month = '2025-01' THEN kwh ELSE 0 END) AS s FROM elec_usage",
  ],
  [
    'bands',
    'A',
    "SELECT CASE WHEN est_date >= DATE '2021-01-01' THEN '新' ELSE '旧' END AS 年限, count(*) AS 户数 FROM ent_reg GROUP BY ALL",
  ],
  [
    'join-using',
    'A',
    'SELECT e.scale, avg(u.kwh) FROM elec_usage u JOIN ent_reg e USING (uscc) GROUP BY ALL',
  ],
  [
    'join-where',
    'A',
    'SELECT e.scale, avg(u.kwh) FROM elec_usage u, ent_reg e WHERE u.uscc = e.uscc GROUP BY ALL',
  ],
  [
    'left-join',
    'A',
    "SELECT e.scale, sum(u.kwh) FROM ent_reg e LEFT JOIN elec_usage u ON e.uscc = u.uscc AND u.month = '2025-01' GROUP BY ALL",
  ],
  [
    'inlined-cte',
    'A',
    "WITH t AS (SELECT scale AS s, uscc FROM ent_reg WHERE status = '存续') SELECT s, count(DISTINCT uscc) FROM t GROUP BY s",
  ],
  [
    'two-units',
    'D',
    'SELECT e.industry_code, avg(s.base_amount), count(DISTINCT s.id_no), count(DISTINCT s.uscc) FROM si_contrib s JOIN ent_reg e USING (uscc) GROUP BY ALL',
  ],
  [
    'window-over-groups',
    'A',
    'WITH m AS (SELECT month, sum(kwh) AS kwh FROM elec_usage GROUP BY month) SELECT *, kwh - lag(kwh) OVER (ORDER BY month) AS change FROM m',
  ],
  [
    'dp-by',
    'dpA',
    'SELECT month, count(*), sum(kwh), avg(paid_late_days) FROM elec_usage GROUP BY month',
  ],
  ['dp-total', 'dpA', 'SELECT count(*), sum(kwh) FROM elec_usage'],
  ['refused-two-units', 'dpD', 'SELECT count(*) FROM si_contrib'],
  ['refused-rows', 'A', 'SELECT scale\nFROM ent_reg'],
  ['refused-position', 'A', "SELECT '中文' AS 标签,\n  max(reg_capital_wan) FROM ent_reg"],
]

describe('golden plans', () => {
  let parser: EngineParser

  beforeAll(async () => {
    parser = await EngineParser.open()
  })

  it.each(STATEMENTS)('%s', async (name, grant, sql) => {
    const text = await describePlan(parser, sql, GRANTS[grant])
    await expect(text).toMatchFileSnapshot(join(FOLDER, `${name}.sql`))
    if (!name.startsWith('refused')) await confirmedPlan(parser, sql, GRANTS[grant])
  })
})
