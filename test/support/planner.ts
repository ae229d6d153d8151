/** Plans SQL with the in-process parser, as the pipeline does with the sealed one. */

import {
  confirmPrinted,
  type PlannedStatement,
  planStatement,
  readStatement,
} from '../../src/core/planner/plan-statement.ts'
import type { ParameterValue } from '../../src/core/planner/read/parameters.ts'
import type { Grant } from '../../src/model/grant.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { Result } from '../../src/model/result.ts'
import { PRODUCTS } from './demo-grants.ts'
import type { EngineParser } from './engine-parser.ts'

export async function plan(
  parser: EngineParser,
  sql: string,
  grant: Grant,
  parameters: ReadonlyMap<string, ParameterValue> = new Map(),
): Promise<Result<PlannedStatement>> {
  const statement = readStatement(await parser.parse(sql), sql, parameters)
  return statement.ok ? planStatement(statement.value, grant, PRODUCTS) : statement
}

/** A plan whose every generated query the engine reads back as it was meant. */
export async function confirmedPlan(
  parser: EngineParser,
  sql: string,
  grant: Grant,
): Promise<Plan> {
  const planned = await plan(parser, sql, grant)
  if (!planned.ok) throw new Error(`${planned.problem.code}: ${planned.problem.detail.en}`)
  for (const query of planned.value.printed) {
    if (!confirmPrinted(query, await parser.parse(query.text))) {
      throw new Error(`not read back as printed: ${query.text}`)
    }
  }
  return planned.value.plan
}

/** A plan or refusal as text, for golden files. */
export async function describePlan(
  parser: EngineParser,
  sql: string,
  grant: Grant,
): Promise<string> {
  const planned = await plan(parser, sql, grant)
  if (!planned.ok) {
    const { code, at, detail } = planned.problem
    return `${sql}\n\n-- refused: ${code} at ${at?.line}:${at?.column}\n-- ${detail.en}\n-- ${detail.zh}\n`
  }
  const { releaseNodes, postSql, columns, joins } = planned.value.plan
  const nodes = releaseNodes.flatMap((node) => [
    `-- ${node.name} over ${node.products.join(', ')}`,
    ...node.keys.map((key) => `--   key ${JSON.stringify(key)}`),
    ...node.measures.map((measure) => `--   measure ${JSON.stringify(measure)}`),
    `--   bounds ${JSON.stringify(node.bounds)}`,
    ...node.cellQueries.map(({ unit, sql: text }) => `-- for each ${unit}\n${text}`),
  ])
  return [
    sql,
    '',
    ...nodes,
    `-- post, as ${columns.join(', ')}; joins ${JSON.stringify(joins)}`,
    postSql,
    '',
  ].join('\n')
}
