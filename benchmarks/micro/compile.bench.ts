/**
 * How long the planner itself takes for a demo statement: reading its tree, planning it, confirming
 * the generated SQL. The engine's own parsing is timed apart, because it is a round trip in service.
 */

import { performance } from 'node:perf_hooks'
import {
  confirmPrinted,
  planStatement,
  readStatement,
} from '../../src/core/planner/plan-statement.ts'
import { GRANTS, type GrantName, PRODUCTS } from '../../test/support/demo-grants.ts'
import { EngineParser } from '../../test/support/engine-parser.ts'
import { demoFile } from '../../test/support/province.ts'
import { runBenchmark } from '../harness.ts'

const STATEMENTS: readonly (readonly [id: string, grant: GrantName])[] = [
  ['J02', 'A'],
  ['J03', 'A'],
  ['J08', 'B'],
  ['J10', 'C'],
  ['J12', 'D'],
]
const ROUNDS = 200

const jobs: readonly { readonly id: string; readonly sql: string }[] = JSON.parse(
  demoFile('jobs.json'),
)
const parser = await EngineParser.open()
const cases: Record<string, () => unknown> = {}

for (const [id, grant] of STATEMENTS) {
  const sql = jobs.find((job) => job.id === id)?.sql ?? ''
  const tree = await parser.parse(sql)
  const compile = () => {
    const statement = readStatement(tree, sql)
    if (!statement.ok) throw new Error(`${id} is refused`)
    const planned = planStatement(statement.value, GRANTS[grant], PRODUCTS)
    if (!planned.ok) throw new Error(`${id} is refused`)
    return planned.value.printed
  }
  const printed = compile()
  const trees = await Promise.all(printed.map(({ text }) => parser.parse(text)))
  cases[`read and plan ${id}`] = compile
  cases[`confirm ${id}`] = () =>
    printed.every((query, index) => confirmPrinted(query, trees[index] ?? ''))
  const samples: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    for (const { text } of [{ text: sql }, ...printed]) await parser.parse(text)
    samples.push(performance.now() - start)
  }
  samples.sort((a, b) => a - b)
  const [medianMs, p99Ms] = [samples[ROUNDS / 2], samples[Math.floor(ROUNDS * 0.99)]]
  process.stdout.write(
    `${JSON.stringify({ suite: 'compile', name: `engine parses ${id}`, medianMs, p99Ms })}\n`,
  )
}

runBenchmark('compile', cases)
