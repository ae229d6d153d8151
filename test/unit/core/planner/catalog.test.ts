/**
 * Goal: an engine upgrade cannot add a function unnoticed.
 * Method: compare the engine's own catalog with the allow-list and the list of refused functions.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ALLOWED_NAMES, classOf } from '../../../../src/core/planner/allowed-functions.ts'
import { EngineParser } from '../../../support/engine-parser.ts'

const LIST = join(import.meta.dirname, '../../../vectors/planner/refused-functions.txt')

/** Forms of the grammar that the engine's catalog does not list. */
const GRAMMAR = ['[]', '[:]', 'coalesce', 'ifnull', 'grouping', 'rank_dense', 'try']

function refusedFunctions(): ReadonlySet<string> {
  const lines = readFileSync(LIST, 'utf8').split('\n')
  return new Set(lines.filter((line) => !/^##? /.test(line)).flatMap((line) => line.split(' ')))
}

describe('catalog', () => {
  const refused = refusedFunctions()
  let catalog: readonly string[]

  beforeAll(async () => {
    const engine = await EngineParser.open()
    const answer = await engine.query(
      "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type <> 'pragma'",
    )
    catalog = answer.rows.map(([name]) => name ?? '')
  })

  it('classifies every function of the engine', () => {
    const unknown = catalog.filter((name) => classOf(name) === undefined && !refused.has(name))
    expect(unknown).toEqual([])
  })

  it('refuses and allows no function at once', () => {
    expect([...refused].filter((name) => classOf(name) !== undefined)).toEqual([])
  })

  it('names no function that the engine lacks', () => {
    const known = new Set([...catalog, ...GRAMMAR])
    expect(ALLOWED_NAMES.filter((name) => !known.has(name))).toEqual([])
    expect([...refused].filter((name) => name !== '' && !known.has(name))).toEqual([])
  })
})
