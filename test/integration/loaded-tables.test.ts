/**
 * Goal: the tables of a snapshot are a function of the rows and of the dataset's secrets.
 *
 * Method: loads of the same rows in other orders, files and formats are compared; loads of rows that
 * differ in one place are told apart.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  aProduct,
  csv,
  PEOPLE_HEADER,
  peopleRows,
  WAGES_HEADER,
  wagesRows,
} from '../support/dataset.ts'
import { type Loaded, type LoadOptions, load as loadInto, makeSource } from '../support/loader.ts'
import { createScratch } from '../support/scratch.ts'

const scratch = createScratch()
afterAll(() => scratch.remove())

let files = 0

function fileOf(ending: string): string {
  return join(scratch.folder, `source-${++files}.${ending}`)
}

function source(product: string, content: string) {
  const path = fileOf('csv')
  writeFileSync(path, content)
  return { path, product, format: 'csv' as const }
}

async function load(
  options: LoadOptions & { readonly sources: Parameters<typeof loadInto>[1] },
): Promise<Loaded> {
  const loaded = await loadInto(scratch.folder, options.sources, options)
  if ('fault' in loaded.report) throw new Error(loaded.report.fault.reason)
  return loaded
}

function people(rows = peopleRows()) {
  return source('people', csv(PEOPLE_HEADER, rows))
}

function wages(rows = wagesRows()) {
  return source('wages', csv(WAGES_HEADER, rows))
}

describe('a loaded table', () => {
  it('holds declared columns in declared order and what derives from the units', async () => {
    const shuffled = wagesRows(50).map((row) => row.split(',').toReversed().join(','))
    const header = WAGES_HEADER.split(',').toReversed().join(',')
    const loaded = await load({ sources: [source('wages', csv(header, shuffled))] })
    const described = await loaded.rows('DESCRIBE wages')
    expect(described.map(([name, type]) => [name, type])).toEqual([
      ['id', 'VARCHAR'],
      ['employer', 'VARCHAR'],
      ['month', 'INTEGER'],
      ['amount', 'DECIMAL(12,2)'],
      ['weight', 'DOUBLE'],
      ['__unit_person', 'INTEGER'],
      ['__bucket_person', 'UTINYINT'],
      ['__ordinal_person', 'INTEGER'],
      ['__unit_firm', 'INTEGER'],
      ['__bucket_firm', 'UTINYINT'],
      ['__ordinal_firm', 'INTEGER'],
    ])
    const values = 'SELECT id, employer, month, amount, weight FROM wages WHERE id = $$p8$$'
    expect(await loaded.rows(values)).toEqual([['p8', 'e10', 9, '4352.08', 1]])
  })

  it('numbers units densely, once for all products, and never by their name', async () => {
    const loaded = await load({
      sources: [people(), wages()],
    })
    expect(loaded.report).toMatchObject({
      units: [
        { unit: 'firm', count: 17 },
        { unit: 'person', count: 200 },
      ],
    })
    const joined = `SELECT count(*) AS n, count(DISTINCT p.__unit_person) AS units,
        min(p.__unit_person) AS low, max(p.__unit_person) AS high,
        bool_and(p.__unit_person = w.__unit_person AND p.__bucket_person = w.__bucket_person) AS same,
        max(p.__bucket_person) < 64 AS small, count(DISTINCT p.__bucket_person) > 40 AS spread
      FROM people p JOIN wages w USING (id)`
    expect(await loaded.rows(joined)).toEqual([['1000', '200', 0, 199, true, true, true]])
    const alphabetical = `SELECT count(*) AS n FROM people a JOIN people b ON a.id < b.id
      WHERE a.__unit_person < b.__unit_person`
    const [[inOrder]] = (await loaded.rows(alphabetical)) as [[string]]
    expect(Number(inOrder) / ((200 * 199) / 2)).toBeGreaterThan(0.35)
    expect(Number(inOrder) / ((200 * 199) / 2)).toBeLessThan(0.65)
  })

  it('counts the rows of each unit from 1, once per unit', async () => {
    const loaded = await load({ sources: [wages()] })
    for (const unit of ['person', 'firm']) {
      const sql = `SELECT bool_and(n = high AND n = different AND low = 1) AS dense FROM (
        SELECT count(*) AS n, max(__ordinal_${unit}) AS high, min(__ordinal_${unit}) AS low,
          count(DISTINCT __ordinal_${unit}) AS different FROM wages GROUP BY __unit_${unit})`
      expect(await loaded.rows(sql)).toEqual([[true]])
    }
  })

  it('is the same whatever the order of rows, equal rows included', async () => {
    const rows = [...wagesRows(300), ...wagesRows(40), ...wagesRows(10)]
    const one = await load({ sources: [wages(rows)] })
    const other = await load({ sources: [wages(scrambled(rows))] })
    const all = 'SELECT * FROM wages ORDER BY ALL'
    expect(await other.rows(all)).toEqual(await one.rows(all))
    expect(other.report).toEqual(one.report)
  })

  it('differs with the secrets of the dataset', async () => {
    const salts = { row: '1'.repeat(64), unit: '2'.repeat(64), bucket: '3'.repeat(64) }
    const one = await load({ sources: [wages()] })
    const other = await load({ sources: [wages()], salts })
    expect(other.report).not.toEqual(one.report)
    for (const column of ['__unit_person', '__bucket_firm', '__ordinal_firm']) {
      const sql = `SELECT id, employer, month, amount, ${column} FROM wages ORDER BY ALL`
      expect(await other.rows(sql)).not.toEqual(await one.rows(sql))
    }
  })

  it.each([
    { change: 'a row less', rows: wagesRows(299) },
    { change: 'a row doubled', rows: [...wagesRows(300), ...wagesRows(1)] },
    {
      change: 'a value changed',
      rows: wagesRows(300).map((row, index) => (index === 7 ? row.replace('p7', 'p8') : row)),
    },
  ])('has another content digest with $change', async ({ rows }) => {
    const one = await load({ sources: [wages(wagesRows(300))] })
    const other = await load({ sources: [wages(rows)] })
    expect(contentOf(other)).not.toBe(contentOf(one))
  })

  it('keeps the numbers of earlier units and appends new ones', async () => {
    const before = await load({ sources: [people()] })
    const more = [...peopleRows().toReversed(), 'aaa,f,2000-01-01,', 'zzz,m,2000-01-01,']
    const after = await load({ sources: [people(more)], after: before.folder })
    const numbers =
      "SELECT id, __unit_person, __bucket_person FROM people WHERE id LIKE 'p%' ORDER BY 1"
    expect(await after.rows(numbers)).toEqual(await before.rows(numbers))
    const added = "SELECT __unit_person FROM people WHERE id NOT LIKE 'p%' ORDER BY 1"
    expect(await after.rows(added)).toEqual([[200], [201]])
  })

  it('reads Parquet and DuckDB files, converting only what loses nothing', async () => {
    const wages = `SELECT 'p' || i AS id, 'e1' AS employer, CAST(3.0 AS DOUBLE) AS month,
      CAST(1234.5 AS DOUBLE) AS amount, CAST(0.25 AS FLOAT) AS weight FROM range(3) t(i)`
    const people = `CREATE TABLE people AS SELECT 'p1' AS id, 'f' AS sex, DATE '2000-01-01' AS born,
      'x' AS note; CREATE TABLE ignored AS SELECT 1 AS a`
    const loaded = await load({
      sources: [
        { path: await makeSource(fileOf('parquet'), wages), product: 'wages', format: 'parquet' },
        { path: await makeSource(fileOf('duckdb'), people), format: 'duckdb' },
      ],
    })
    const values = "SELECT id, employer, month, amount, weight FROM wages WHERE id = 'p1'"
    expect(await loaded.rows(values)).toEqual([['p1', 'e1', 3, '1234.50', 0.25]])
    expect(await loaded.rows('SHOW TABLES')).toEqual([['people'], ['wages']])
  })

  it('reads windows line ends, a byte order mark, quotes and empty text', async () => {
    const text =
      '\uFEFFid,sex,born,"note"\r\n"a,1",f,2000-01-01,"says ""hi"""\r\nb,m,2000-01-02,""\r\nc,m,2000-01-03,\r\n'
    const loaded = await load({ sources: [source('people', text)] })
    expect(await loaded.rows('SELECT id, note FROM people ORDER BY 1')).toEqual([
      ['a,1', 'says "hi"'],
      ['b', ''],
      ['c', null],
    ])
  })

  it('holds reference tables without any unit', async () => {
    const product = aProduct('region', [{ name: 'code', type: 'VARCHAR' }])
    const loaded = await load({
      products: [product],
      sources: [source('region', 'code\n01\n02\n')],
    })
    expect(await loaded.rows('SELECT * FROM region ORDER BY 1')).toEqual([['01'], ['02']])
    expect(loaded.report).toMatchObject({ units: [] })
  })
})

function contentOf({ report }: Loaded): string | undefined {
  return 'fault' in report ? undefined : report.tables[0]?.content
}

function scrambled(rows: readonly string[]): readonly string[] {
  return rows
    .map((row, index) => ({ row, at: (index * 7919) % 1009 }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ row }) => row)
}
