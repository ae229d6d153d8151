/**
 * Runs a plan with a release that lets every cell pass unchanged: what remains is the planner's own
 * work, which must give the same answer as the engine gives to the statement itself.
 */

import { quoteName, quoteText } from '../../src/core/planner/print/print-expression.ts'
import type { Measure, Plan, ReleaseNode } from '../../src/model/plan.ts'
import type { EngineParser } from './engine-parser.ts'

type Row = readonly (string | null)[]

export async function passThrough(
  engine: EngineParser,
  { releaseNodes, postSql }: Pick<Plan, 'releaseNodes' | 'postSql'>,
): Promise<readonly Row[]> {
  for (const node of releaseNodes) await release(engine, node)
  const { rows } = await engine.query(postSql)
  for (const { name } of releaseNodes) await engine.run(`DROP TABLE ${name}`)
  return rows
}

async function release(engine: EngineParser, node: ReleaseNode): Promise<void> {
  const answers = await Promise.all(
    node.cellQueries.map(async ({ unit, sql }) => ({
      unit,
      table: await engine.query(sql, saltFor(sql)),
    })),
  )
  const [main] = answers
  if (main === undefined) throw new Error('a node has no cell query')
  const keyTypes = main.table.types.slice(0, node.keys.length)
  const columns = [
    ...node.keys.map((key, index) => `${key.column} ${keyTypes[index]}`),
    ...node.measures.map((measure) => `${measure.column} ${typeOf(measure)}`),
  ]
  await engine.run(`CREATE TABLE ${quoteName(node.name)} (${columns.join(', ')})`)
  const rows = main.table.rows.map((row, index) => {
    const values = node.measures.map((measure, place) => {
      const counted = answers.find(({ unit }) => measure.kind === 'units' && unit === measure.unit)
      return releasedValue(node, place, counted?.table.rows[index] ?? row)
    })
    const cells = [...row.slice(0, node.keys.length), ...values]
    return `(${cells.map((cell) => (cell === null ? 'NULL' : quoteText(cell))).join(', ')})`
  })
  for (let start = 0; start < rows.length; start += 1000) {
    const chunk = rows.slice(start, start + 1000).join(', ')
    await engine.run(`INSERT INTO ${quoteName(node.name)} VALUES ${chunk}`)
  }
}

function saltFor(sql: string): Readonly<Record<string, string>> {
  return sql.includes('$salt') ? { salt: 'test' } : {}
}

function scaleOf(step: string): number {
  return step.startsWith('0.') ? step.length - 2 : 0
}

function typeOf(measure: Measure): string {
  if (measure.kind === 'mean') return 'DOUBLE'
  return measure.kind === 'sum' ? `DECIMAL(38,${scaleOf(measure.bounds.step)})` : 'BIGINT'
}

function releasedValue(node: ReleaseNode, place: number, row: Row): string | null {
  const measure = node.measures[place]
  const keys = node.keys.length
  if (measure === undefined || measure.kind === 'units') return row[keys] ?? null
  const earlier = node.measures.slice(0, place).filter(({ kind }) => kind !== 'units').length
  const [n, s] = row.slice(keys + 2 + 6 * earlier).map((text) => BigInt(text ?? '0'))
  if (n === undefined || s === undefined) throw new Error('a cell row is too short')
  if (measure.kind === 'rows') return n.toString()
  if (n === 0n) return null
  if (measure.kind === 'mean') return String((Number(s) * Number(measure.bounds.step)) / Number(n))
  const scale = scaleOf(measure.bounds.step)
  const digits = (s < 0n ? -s : s).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${s < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`
}
