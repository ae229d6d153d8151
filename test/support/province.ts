/** The demo province in an in-process engine, with the unit numbers that an import assigns. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PRODUCTS } from './demo-grants.ts'
import { EngineParser } from './engine-parser.ts'

const ROOT = join(import.meta.dirname, '../..')
const FOLDERS = [join(ROOT, 'demo'), join(ROOT, '../shared/demo')]

export function demoFile(name: string): string {
  const folder = FOLDERS.find((each) => existsSync(join(each, name)))
  if (folder === undefined) throw new Error(`the demo file ${name} is missing`)
  return readFileSync(join(folder, name), 'utf8')
}

/** Part of the full province that builds in a moment. */
const SMALL = 1 / 12

function provinceScript(share: number): string {
  const script = demoFile('province.sql')
  const sized = script.replace(/(\d+) \* scale\(\)/g, (_, count: string) =>
    String(Math.floor(Number(count) * share)),
  )
  return sized.replaceAll('scale()', '1')
}

export async function openProvince(size: 'small' | 'full'): Promise<EngineParser> {
  const engine = await EngineParser.open()
  await engine.run(provinceScript(size === 'full' ? 1 : SMALL))
  const numbers = new Map<string, string>()
  for (const product of PRODUCTS.values()) {
    for (const { unit, column } of product.units) {
      const own = `SELECT DISTINCT ${column} AS id FROM ${product.id}`
      numbers.set(unit, numbers.has(unit) ? `${numbers.get(unit)} UNION ${own}` : own)
    }
  }
  for (const [unit, ids] of numbers) {
    await engine.run(
      `CREATE TABLE number_${unit} AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM (${ids})`,
    )
  }
  for (const product of PRODUCTS.values()) {
    const joins = product.units.map(
      ({ unit, column }) => `LEFT JOIN number_${unit} ON number_${unit}.id = source.${column}`,
    )
    const units = product.units.map(({ unit }) => `, number_${unit}.number AS __unit_${unit}`)
    await engine.run(
      `CREATE OR REPLACE TABLE ${product.id} AS SELECT source.*${units.join('')} FROM ${product.id} AS source ${joins.join(' ')}`,
    )
  }
  return engine
}
