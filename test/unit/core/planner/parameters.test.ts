import { beforeAll, describe, expect, it } from 'vitest'
import type { ParameterValue } from '../../../../src/core/planner/read/parameters.ts'
import { GRANTS } from '../../../support/demo-grants.ts'
import { EngineParser } from '../../../support/engine-parser.ts'
import { plan } from '../../../support/planner.ts'

const GIVEN: readonly (readonly [test: string, given: ParameterValue, plain: string])[] = [
  ['scale = $x', { type: 'text', value: "大'型" }, "scale = '大''型'"],
  ['kwh > $x', { type: 'integer', value: '9007199254740993' }, 'kwh > 9007199254740993'],
  ['kwh > $x', { type: 'decimal', value: '0.25' }, 'kwh > 0.25'],
  ['est_date < $x', { type: 'date', value: '2020-02-29' }, "est_date < DATE '2020-02-29'"],
  [
    'kwh IS NOT DISTINCT FROM $x',
    { type: 'integer', value: null },
    'kwh IS NOT DISTINCT FROM NULL',
  ],
]

const BAD: readonly ParameterValue[] = [
  { type: 'integer', value: '1; DROP TABLE ent_reg' },
  { type: 'integer', value: '1e5' },
  { type: 'decimal', value: '0.5)' },
  { type: 'date', value: '2021-02-30' },
  { type: 'boolean', value: 'perhaps' },
]

function statement(test: string): string {
  return `SELECT count(*) FROM ent_reg JOIN elec_usage USING (uscc) WHERE ${test}`
}

describe('parameters', () => {
  let parser: EngineParser

  beforeAll(async () => {
    parser = await EngineParser.open()
  })

  it.each(GIVEN)('reads %s as the constant it stands for', async (test, given, plain) => {
    const [withParameter, without] = await Promise.all([
      plan(parser, statement(test), GRANTS.A, new Map([['x', given]])),
      plan(parser, statement(plain), GRANTS.A),
    ])
    const digests = [withParameter, without].map((each) => each.ok && each.value.plan.digest)
    expect(digests[0]).toBeTruthy()
    expect(digests[0]).toBe(digests[1])
  })

  it.each(BAD)('refuses a value that does not fit: $value', async (given) => {
    const planned = await plan(parser, statement('kwh > $x'), GRANTS.A, new Map([['x', given]]))
    expect(planned.ok ? 'planned' : planned.problem.code).toBe('sql-unsupported')
  })

  it('takes positional parameters by number and refuses missing ones', async () => {
    const given = new Map<string, ParameterValue>([['1', { type: 'text', value: '大型' }]])
    expect((await plan(parser, statement('scale = ?'), GRANTS.A, given)).ok).toBe(true)
    expect((await plan(parser, statement('scale = ? AND kwh > ?'), GRANTS.A, given)).ok).toBe(false)
  })
})
