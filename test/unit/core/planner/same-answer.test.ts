/**
 * Goal: a planned statement gives the same answer as the statement itself.
 * Method: statements of every supported form over a small province, run once as planned with
 * nothing withheld, once as written; all rows must agree.
 */

import { beforeAll, describe, expect, it } from 'vitest'
import { GRANTS, type GrantName } from '../../../support/demo-grants.ts'
import type { EngineParser } from '../../../support/engine-parser.ts'
import { confirmedPlan } from '../../../support/planner.ts'
import { openProvince } from '../../../support/province.ts'
import { passThrough } from '../../../support/run-pass-through.ts'
import { sameRows } from '../../../support/same-rows.ts'
import { MOMENT_STATEMENTS } from '../../../support/statements/moments.ts'
import { RELEASED_STATEMENTS } from '../../../support/statements/released.ts'
import { UNIT_STATEMENTS } from '../../../support/statements/units.ts'

const FAMILIES: Readonly<Record<string, readonly (readonly [GrantName, string])[]>> = {
  moments: MOMENT_STATEMENTS,
  units: UNIT_STATEMENTS,
  released: RELEASED_STATEMENTS,
}

describe('same answer', () => {
  let province: EngineParser

  beforeAll(async () => {
    province = await openProvince('small')
  })

  for (const [family, statements] of Object.entries(FAMILIES)) {
    it.each(statements)(`${family}, %s: %s`, async (grant, sql) => {
      const planned = await confirmedPlan(province, sql, GRANTS[grant])
      const expected = await province.query(sql)
      expect(planned.columns).toEqual(expected.columns)
      const rows = await passThrough(province, planned)
      expect(rows.length).toBeGreaterThan(0)
      expect(sameRows(rows, expected.rows)).toBe('same')
    })
  }
})
