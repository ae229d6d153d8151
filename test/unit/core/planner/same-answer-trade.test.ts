/**
 * Goal: a planned statement gives the same answer as the statement itself, for decimal columns too.
 * Method: statements in the manner of TPC-H and generated ones, planned with nothing withheld and as
 * written; all rows must agree.
 */

import { beforeAll, describe, expect, it } from 'vitest'
import type { EngineParser } from '../../../support/engine-parser.ts'
import { confirmedPlan } from '../../../support/planner.ts'
import { passThrough } from '../../../support/run-pass-through.ts'
import { sameRows } from '../../../support/same-rows.ts'
import { TRADE_STATEMENTS } from '../../../support/statements/trade.ts'
import { openTrade, TRADE_GRANT } from '../../../support/trade.ts'

describe('same answer over the trade data set', () => {
  let trade: EngineParser

  beforeAll(async () => {
    trade = await openTrade()
  })

  it.each(TRADE_STATEMENTS)('%s', async (sql) => {
    const planned = await confirmedPlan(trade, sql, TRADE_GRANT)
    const expected = await trade.query(sql)
    expect(planned.columns).toEqual(expected.columns)
    expect(sameRows(await passThrough(trade, planned), expected.rows)).toBe('same')
  })
})
