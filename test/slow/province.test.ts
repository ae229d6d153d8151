/**
 * Goal: the demo province has the rows it always had, and at larger scales numbers that are still
 * unique and carry valid check digits.
 *
 * Method: counts are compared with demo/expected.json; check digits are computed here, from the
 * standards, without the generator's SQL.
 */

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withConnection } from '../../sandbox/lockdown.ts'
import { buildProvince } from '../../src/adapters/province.ts'
import { createProcessLauncher } from '../../src/adapters/worker-launch.ts'
import { WORKER_FILE } from '../support/dataset.ts'
import { createScratch } from '../support/scratch.ts'

const DEMO = join(import.meta.dirname, '../../demo')
const scratch = createScratch()
const launcher = createProcessLauncher()

afterAll(() => {
  launcher.close()
  scratch.remove()
})

async function build(scale: number): Promise<string> {
  const target = join(scratch.folder, `province-${scale}.duckdb`)
  const script = join(DEMO, 'province.sql')
  await buildProvince({ launcher, workerFile: WORKER_FILE, script, target, scale })
  return target
}

async function rowsOf(file: string, sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
  try {
    return await withConnection(instance, async (connection) => {
      const reader = await connection.runAndReadAll(sql)
      return reader.getRowsJson() as unknown[][]
    })
  } finally {
    instance.closeSync()
  }
}

/** GB 11643: weights 2^(17 - i) mod 11. */
function isIdentityNumber(id: string): boolean {
  const sum = [...id.slice(0, 17)].reduce(
    (total, digit, i) => total + Number(digit) * 2 ** (17 - i),
    0,
  )
  return id.length === 18 && '10X98765432'[sum % 11] === id[17]
}

/** GB 32100: weights 3^i mod 31 over digits and letters without I, O, S, V and Z. */
function isCreditCode(code: string): boolean {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  const weights = Array.from({ length: 17 }, (_, i) => Number(3n ** BigInt(i) % 31n))
  const sum = weights.reduce(
    (total, weight, i) => total + weight * alphabet.indexOf(code.charAt(i)),
    0,
  )
  return code.length === 18 && alphabet[(31 - (sum % 31)) % 31] === code[17]
}

describe('the province at scale 1', () => {
  let file = ''

  beforeAll(async () => {
    const start = performance.now()
    file = await build(1)
    expect(performance.now() - start).toBeLessThan(30_000)
  }, 60_000)

  it('has the expected number of rows in every register', async () => {
    const { tables } = JSON.parse(readFileSync(join(DEMO, 'expected.json'), 'utf8')) as {
      tables: Readonly<Record<string, number>>
    }
    const counts: Record<string, number> = {}
    for (const table of Object.keys(tables)) {
      const [[count] = []] = await rowsOf(file, `SELECT count(*) FROM ${table}`)
      counts[table] = Number(count)
    }
    expect(counts).toEqual(tables)
  })

  it('has the rows it always had', async () => {
    const digests: Record<string, unknown> = {}
    for (const table of [
      'person_base',
      'ent_reg',
      'si_contrib',
      'mi_settle',
      'elec_usage',
      'commute_od',
    ]) {
      const sql = `SELECT md5(string_agg(md5(CAST(row_text AS VARCHAR)), '' ORDER BY md5(CAST(row_text AS VARCHAR))))
        FROM (SELECT row_text FROM ${table} AS row_text)`
      digests[table] = (await rowsOf(file, sql))[0]?.[0]
    }
    expect(digests).toMatchInlineSnapshot(`
      {
        "commute_od": "608382cbbc3a1783f26bcd22f0650475",
        "elec_usage": "392116c6086b82baeb78207d7cb8827d",
        "ent_reg": "26f18282c28caaceefe6be119df9351e",
        "mi_settle": "be0f521490317707433ecca43e5cd779",
        "person_base": "6972d840c4cc2b9f4215cef738d59ef8",
        "si_contrib": "5665ed4ce51eb17eaf01d303879156db",
      }
    `)
  })

  it('can be read by workers and written by nobody', () => {
    expect(statSync(file).mode & 0o777).toBe(0o444)
  })
})

describe('the province at scale 6', () => {
  let file = ''

  beforeAll(async () => {
    file = await build(6)
  }, 120_000)

  it('multiplies persons, firms and events', async () => {
    const count = async (table: string) =>
      Number((await rowsOf(file, `SELECT count(*) FROM ${table}`))[0]?.[0])
    expect(await count('person_base')).toBe(300_000)
    expect(await count('ent_reg')).toBe(12_000)
    expect(await count('elec_usage')).toBe(216_000)
    expect(await count('mi_settle')).toBe(360_000)
    expect(await count('commute_od')).toBe(600_000)
    expect(await count('region')).toBe(20)
  })

  it('gives every person and firm a number of its own, with valid check digits', async () => {
    const ids = (await rowsOf(file, 'SELECT id_no FROM person_base')).map(([id]) => String(id))
    const codes = (await rowsOf(file, 'SELECT uscc FROM ent_reg')).map(([code]) => String(code))
    expect(new Set(ids).size).toBe(300_000)
    expect(new Set(codes).size).toBe(12_000)
    expect(ids.filter((id) => !isIdentityNumber(id))).toEqual([])
    expect(codes.filter((code) => !isCreditCode(code))).toEqual([])
    const names = await rowsOf(
      file,
      'SELECT (SELECT count(DISTINCT ent_name) FROM ent_reg), (SELECT count(DISTINCT mobile) FROM person_base)',
    )
    expect(names).toEqual([['12000', '300000']])
  })
})

describe('a scale', () => {
  it.each([0, 101, 1.5])('is an integer from 1 to 100: %s', async (scale) => {
    await expect(build(scale)).rejects.toThrow(RangeError)
  })
})
