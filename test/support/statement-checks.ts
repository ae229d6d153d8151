/** What must hold of any statement: generated SQL stays within its grant, and compiling takes no time. */

import { performance } from 'node:perf_hooks'
import { classOf } from '../../src/core/planner/allowed-functions.ts'
import type { Grant } from '../../src/model/grant.ts'
import type { EngineParser } from './engine-parser.ts'
import { plan } from './planner.ts'
import { randomStatement } from './statement-grammar.ts'

/** Functions of generated SQL that statements themselves may not call. */
const GENERATED_FUNCTIONS = new Set(['sha256', 'sign', 'median', 'isnan', 'max', 'min'])
const GENERATED_NAMES =
  /^(?:base|contribution|bounded|units|rows|u|r|[tkmacv]\d+|m\d+(?:_\d)?(?:_[unsqa]|_t[12]|_ss|_p)?|m\d+_\d)$/
const MAX_COMPILE_MS = 500

export interface Tally {
  readonly planned: number
  readonly refused: number
  readonly slowestMs: number
}

/** Compiles statements of these seeds; throws at the first that breaks a rule. */
export async function checkStatements(
  parser: EngineParser,
  grant: Grant,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<Tally> {
  const allowed = namesOf(grant)
  let planned = 0
  let slowestMs = 0
  for (let seed = first; seed < first + count; seed++) {
    const sql = randomStatement(seed)
    const start = performance.now()
    const result = await plan(parser, sql, grant)
    slowestMs = Math.max(slowestMs, performance.now() - start)
    if (slowestMs > MAX_COMPILE_MS) throw new Error(`seed ${seed} took ${slowestMs} ms: ${sql}`)
    if (!result.ok) continue
    planned++
    for (const { cellQueries } of result.value.plan.releaseNodes) {
      for (const query of cellQueries) {
        const broken = violation(query.sql, allowed)
        if (broken !== undefined) throw new Error(`seed ${seed} mentions ${broken}: ${sql}`)
      }
    }
  }
  return { planned, refused: count - planned, slowestMs }
}

interface Allowed {
  readonly tables: ReadonlySet<string>
  readonly columns: ReadonlySet<string>
}

function namesOf({ agreement, products }: Grant): Allowed {
  const units = [...products.values()].flatMap((product) => product.units.map(({ unit }) => unit))
  const listed = Object.values(agreement.products).flatMap((columns) => Object.keys(columns))
  return {
    tables: new Set(products.keys()),
    columns: new Set([...listed, ...units.map((unit) => `__unit_${unit}`)]),
  }
}

/** The first name in generated SQL that nothing permits; read from its text, apart from the planner. */
function violation(sql: string, { tables, columns }: Allowed): string | undefined {
  const text = sql.replace(/'(?:[^']|'')*'/g, "''")
  const foreign = [...text.matchAll(/"main"\."((?:[^"]|"")*)"/g)].find(
    ([, name = '']) => !tables.has(name),
  )
  if (foreign !== undefined) return `the table ${foreign[1]}`
  const called = [...text.matchAll(/"((?:[^"]|"")*)"\(/g)].map(([, name = '']) => name)
  const badCall = called.find(
    (name) => classOf(name) === undefined && !GENERATED_FUNCTIONS.has(name),
  )
  if (badCall !== undefined) return `the function ${badCall}`
  const plain = text.replace(/"(?:[^"]|"")*"\(/g, '(').replace(/"main"\."(?:[^"]|"")*"/g, '')
  return [...plain.matchAll(/"((?:[^"]|"")*)"/g)]
    .map(([, name = '']) => name)
    .find((name) => !columns.has(name) && !GENERATED_NAMES.test(name))
}
