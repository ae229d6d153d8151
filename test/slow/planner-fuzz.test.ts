/**
 * Goal: no statement makes the planner generate SQL beyond its grant, and none takes long.
 * Method: 20,000 statements from a grammar, of fixed seeds.
 */

import { beforeAll, describe, expect, it } from 'vitest'
import { GRANTS } from '../support/demo-grants.ts'
import { EngineParser } from '../support/engine-parser.ts'
import { checkStatements } from '../support/statement-checks.ts'

describe('random statements', () => {
  let parser: EngineParser

  beforeAll(async () => {
    parser = await EngineParser.open()
  })

  it.each(['A', 'dpA'] as const)('stay within the grant %s', async (grant) => {
    const tally = await checkStatements(parser, GRANTS[grant], { first: 1000, count: 10_000 })
    expect(tally.planned).toBeGreaterThan(500)
    expect(tally.refused).toBeGreaterThan(100)
  })
})
