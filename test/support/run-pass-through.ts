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
  { releaseNodes, publicTables = [], postSql }: Plan,
): Promise<readonly Row[]> {
  for (const node of releaseNodes) await release(engine, node)
  for (const { name, sql } of publicTables) await engine.run(`CREATE TABLE ${name} AS ${sql}`)
  const { rows } = await engine.query(postSql)
  for (const { name } of publicTables) await engine.run(`DROP TABLE ${name}`)
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
  const keyOf = (row: Row) => JSON.stringify(row.slice(0, node.keys.length))
  const byUnit = new Map(
    answers.map(({ unit, table }) => [unit, new Map(table.rows.map((row) => [keyOf(row), row]))]),
  )
  const rows = main.table.rows.map((row) => {
    const values = node.measures.map((measure, place) => {
      if (measure.kind !== 'units') return measuredValue(node, place, row)
      return byUnit.get(measure.unit)?.get(keyOf(row))?.[node.keys.length] ?? '0'
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
  if (measure.kind === 'mean' || measure.kind === 'moments') return 'DOUBLE'
  return measure.kind === 'sum' ? `DECIMAL(38,${scaleOf(measure.bounds.step)})` : 'BIGINT'
}

/** How many columns of a cell row belong to a measure. */
function widthOf(measure: Measure): number {
  if (measure.kind === 'units') return 0
  if (measure.kind !== 'moments') return 7
  return measure.bounds.length === 1 ? 8 : 15
}

function measuredValue(node: ReleaseNode, place: number, row: Row): string | null {
  const measure = node.measures[place]
  if (measure === undefined || measure.kind === 'units') throw new Error('no such value')
  const earlier = node.measures.slice(0, place).reduce((sum, each) => sum + widthOf(each), 0)
  const start = node.keys.length + 2 + earlier
  const numbers = row.slice(start, start + widthOf(measure)).map((text) => BigInt(text ?? '0'))
  const [, n, s] = numbers
  if (n === undefined || s === undefined) throw new Error('a cell row is too short')
  if (measure.kind === 'rows') return n.toString()
  if (measure.kind === 'moments') return momentOf(measure, numbers)
  if (n === 0n) return null
  if (measure.kind === 'mean') return String((Number(s) * Number(measure.bounds.step)) / Number(n))
  const scale = scaleOf(measure.bounds.step)
  const digits = (s < 0n ? -s : s).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${s < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`
}

/** The statistic that the engine would compute, from exact integer moments. */
function momentOf(
  { statistic, bounds }: Extract<Measure, { kind: 'moments' }>,
  numbers: readonly bigint[],
): string | null {
  const n = numbers[1] ?? 0n
  const at = (index: number) => numbers[index] ?? 0n
  const step = (index: 0 | 1) => Number(bounds[index]?.step ?? 1)
  const isSingle = bounds.length === 1
  const [sx, sy] = isSingle ? [at(2), at(2)] : [at(2), at(7)]
  const squares = isSingle ? [at(7), at(7), at(7)] : [at(12), at(13), at(14)]
  const [xx = 0n, yy = 0n, xy = 0n] = squares
  const spread = (product: bigint, a: bigint, b: bigint) => Number(n * product - a * b)
  const [dxx, dyy, dxy] = [spread(xx, sx, sx), spread(yy, sy, sy), spread(xy, sx, sy)]
  const isSample = statistic.endsWith('_samp')
  if (n === 0n || (isSample && n === 1n)) return null
  const divisor = isSample ? Number(n * (n - 1n)) : Number(n * n)
  const scale = step(0) * (isSingle ? step(0) : step(1))
  const formulas: Readonly<Record<string, () => number>> = {
    var: () => (dxx / divisor) * scale,
    stddev: () => Math.sqrt(dxx / divisor) * step(0),
    covar: () => (dxy / divisor) * scale,
    corr: () => dxy / Math.sqrt(dxx * dyy),
    regr_slope: () => (dxy / dyy) * (step(0) / step(1)),
    regr_intercept: () =>
      (Number(sx) * step(0) - (dxy / dyy) * (step(0) / step(1)) * Number(sy) * step(1)) / Number(n),
    regr_r2: () => (dyy === 0 ? Number.NaN : dxx === 0 ? 1 : (dxy * dxy) / (dxx * dyy)),
  }
  const value = formulas[statistic.replace(/_(samp|pop)$/, '')]?.()
  return value === undefined || Number.isNaN(value) ? null : String(value)
}
