/**
 * Goal: under differential privacy an argument may be any expression whose bounds are known.
 * Method: the bounds of the planned measure, as the planner derives them.
 */

import { beforeAll, describe, expect, it } from 'vitest'
import { GRANTS } from '../../../support/demo-grants.ts'
import { EngineParser } from '../../../support/engine-parser.ts'
import { plan } from '../../../support/planner.ts'

const BOUNDED: readonly (readonly [
  argument: string,
  lower: string,
  upper: string,
  step: string,
])[] = [
  ['paid_late_days * paid_late_days', '0', '133225', '1'],
  ['abs(kwh - 500)', '0', '9999500', '1'],
  ['least(greatest(amount_due / nullif(kwh, 0), 0), 2.5)', '0', '2.5', '0.000001'],
  [
    'CASE WHEN paid_late_days > 30 OR kwh > 5 THEN amount_due * kwh ELSE -1 END',
    '-1',
    '100000000000000',
    '0.01',
  ],
  ['floor(kwh / 1000)', '0', '10000', '1'],
]

const UNBOUNDED = [
  'least(sqrt(kwh), 40)',
  '1 / kwh',
  'sqrt(kwh)',
  'kwh / paid_late_days',
  'greatest(ln(kwh), 0)',
]

describe('wide profile', () => {
  let parser: EngineParser

  beforeAll(async () => {
    parser = await EngineParser.open()
  })

  it.each(BOUNDED)('avg(%s)', async (argument, lower, upper, step) => {
    const planned = await plan(parser, `SELECT avg(${argument}) FROM elec_usage`, GRANTS.dpA)
    const means = planned.ok
      ? planned.value.plan.releaseNodes.flatMap(({ measures }) => measures)
      : []
    expect(means).toContainEqual(
      expect.objectContaining({ kind: 'mean', bounds: { lower, upper, step } }),
    )
  })

  it.each(UNBOUNDED)('refuses avg(%s) and says how to give bounds', async (argument) => {
    const planned = await plan(parser, `SELECT avg(${argument}) FROM elec_usage`, GRANTS.dpA)
    expect(planned.ok ? '' : planned.problem.detail.en).toMatch(/bounds.*least\(greatest/)
  })

  it('allows conditions over several columns', async () => {
    const sql = "SELECT count(*) FROM ent_reg WHERE scale = '大型' OR status = '存续'"
    expect((await plan(parser, sql, GRANTS.dpA)).ok).toBe(true)
    expect((await plan(parser, sql, GRANTS.A)).ok).toBe(false)
  })
})
