/**
 * Goal: an import is all or nothing, and says where a file is wrong without saying what it holds.
 *
 * Method: one fault per case in files that are otherwise fine; the report is compared whole, so a
 * value in it would fail the test. Accepted values beside the refused ones are the control.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { ImportReport, ImportTask } from '../../sandbox/protocol.ts'
import type { DataProduct } from '../../src/model/data-product.ts'
import { aProduct, csv, PEOPLE, PEOPLE_HEADER, PRODUCTS } from '../support/dataset.ts'
import { load as loadInto, makeSource } from '../support/loader.ts'
import { createScratch } from '../support/scratch.ts'

const scratch = createScratch()
afterAll(() => scratch.remove())

async function load(
  sources: readonly ImportTask['sources'][number][],
  products: readonly DataProduct[] = PRODUCTS,
): Promise<ImportReport> {
  return (await loadInto(scratch.folder, sources, { products })).report
}

function write(name: string, content: string | Uint8Array): string {
  const path = join(scratch.folder, name)
  writeFileSync(path, content)
  return path
}

async function faultOfPeople(content: string | Uint8Array): Promise<unknown> {
  const report = await load([{ path: write('bad.csv', content), format: 'csv', product: 'people' }])
  return 'fault' in report ? report.fault : 'accepted'
}

/** A product with one column, and a CSV file with these values in it. */
async function faultOfValue(type: string, ...values: readonly string[]): Promise<unknown> {
  const rows = values.map((value) => `"${value}"`)
  const path = write('single.csv', csv('field', rows))
  const products = [aProduct('single', [{ name: 'field', type }])]
  const report = await load([{ path, format: 'csv', product: 'single' }], products)
  return 'fault' in report ? report.fault : 'accepted'
}

const FINE = 'p1,f,2000-01-01,x'

describe('the columns of a file', () => {
  const people = { source: 0, product: 'people' }

  it.each([
    {
      why: 'one is missing',
      content: csv('id,sex,born', ['p1,f,2000-01-01']),
      fault: { reason: 'missing_column', ...people, column: 'note' },
    },
    {
      why: 'one is not declared',
      content: csv('id,sex,born,note,SECRET', [`${FINE},1`]),
      fault: { reason: 'extra_column', ...people, position: 5 },
    },
    {
      why: 'one appears twice',
      content: csv('id,sex,born,note,id', [`${FINE},1`]),
      fault: { reason: 'duplicate_column', source: 0, position: 5 },
    },
    {
      why: 'there is no header',
      content: csv('SECRET,f,2000-01-01,x', [FINE]),
      fault: { reason: 'missing_column', ...people, column: 'id' },
    },
    {
      why: 'the header does not end',
      content: 'id,"sex,born\n',
      fault: { reason: 'unreadable', source: 0, row: 0 },
    },
  ])('are refused when $why', async ({ content, fault }) => {
    expect(await faultOfPeople(content)).toEqual(fault)
  })
})

describe('a file that is damaged', () => {
  const truncated = { reason: 'truncated', source: 0 }
  const unreadable = { reason: 'unreadable', source: 0 }

  it.each([
    { why: 'empty', content: '', fault: truncated },
    {
      why: 'cut off within a value',
      content: csv(PEOPLE_HEADER, [FINE, FINE]).slice(0, -2),
      fault: truncated,
    },
    {
      why: 'short of a field',
      content: csv(PEOPLE_HEADER, [FINE, 'p2,SECRET']),
      fault: { ...unreadable, row: 2 },
    },
    {
      why: 'a field too long',
      content: csv(PEOPLE_HEADER, [FINE, `${FINE},SECRET`]),
      fault: { ...unreadable, row: 2 },
    },
    {
      why: 'left with an open quote',
      content: csv(PEOPLE_HEADER, [FINE, 'p2,f,2000-01-01,"SECRET']),
      fault: { ...unreadable, row: 2 },
    },
    {
      why: 'quoted in the middle of a field',
      content: csv(PEOPLE_HEADER, [FINE, 'p2,f,2000-01-01,SE"CRET']),
      fault: unreadable,
    },
    {
      why: 'not UTF-8',
      content: Buffer.concat([
        Buffer.from(`${PEOPLE_HEADER}\n${FINE}\np2,f,2000-01-01,`),
        Buffer.from([0xff, 0xfe, 0x0a]),
      ]),
      fault: { ...unreadable, row: 2 },
    },
    {
      why: 'of mixed line ends',
      content: `${PEOPLE_HEADER}\n${FINE}\r\np2,f,2000-01-01,SECRET\n`,
      fault: unreadable,
    },
  ])('is refused: $why', async ({ content, fault }) => {
    expect(await faultOfPeople(content)).toEqual(fault)
  })

  it.each(['parquet', 'duckdb'] as const)('is refused: half of %s, or not %s', async (format) => {
    const rows = `SELECT 'p' || i AS id, 'f' AS sex, DATE '2000-01-01' AS born,
      repeat('x', 100) AS note FROM range(20000) t(i)`
    const whole = readFileSync(await made(format, rows))
    const path = write(`cut.${format}`, whole.subarray(0, whole.length / 2))
    const source = { path, format, product: 'people' }
    expect(await load([source])).toEqual({ fault: unreadable })
    write(`cut.${format}`, 'SECRET,'.repeat(1000))
    expect(await load([source])).toEqual({ fault: unreadable })
    write(`cut.${format}`, whole)
    expect(await load([source])).toMatchObject({ tables: [{ product: 'people', rows: 20000 }] })
  })
})

describe('values', () => {
  it.each([
    { type: 'INTEGER', value: 'SECRET', reason: 'wrong_type' },
    { type: 'INTEGER', value: '1.7', reason: 'wrong_type' },
    { type: 'INTEGER', value: '1e3', reason: 'wrong_type' },
    { type: 'INTEGER', value: ' 1', reason: 'wrong_type' },
    { type: 'INTEGER', value: '2147483648', reason: 'wrong_type' },
    { type: 'TINYINT', value: '128', reason: 'wrong_type' },
    { type: 'BIGINT', value: '0x10', reason: 'wrong_type' },
    { type: 'BOOLEAN', value: 'SECRET', reason: 'wrong_type' },
    { type: 'BOOLEAN', value: '1', reason: 'wrong_type' },
    { type: 'DATE', value: '2023-02-29', reason: 'wrong_type' },
    { type: 'DATE', value: '2023-2-1', reason: 'wrong_type' },
    { type: 'DATE', value: '2023-02-01 00:00:00', reason: 'wrong_type' },
    { type: 'DATE', value: 'infinity', reason: 'not_finite' },
    { type: 'TIMESTAMP', value: '2023-02-01', reason: 'wrong_type' },
    { type: 'TIMESTAMP', value: '2023-02-01 10:00:00+08', reason: 'wrong_type' },
    { type: 'DOUBLE', value: '1,5', reason: 'wrong_type' },
    { type: 'DOUBLE', value: 'nan', reason: 'not_finite' },
    { type: 'DOUBLE', value: '-Infinity', reason: 'not_finite' },
    { type: 'DOUBLE', value: '1e309', reason: 'not_finite' },
    { type: 'DECIMAL(6,2)', value: '1.005', reason: 'lossy' },
    { type: 'DECIMAL(6,2)', value: '10000.00', reason: 'wrong_type' },
    { type: 'DECIMAL(6,2)', value: '1e2', reason: 'wrong_type' },
    { type: 'DECIMAL(6,2)', value: 'nan', reason: 'wrong_type' },
  ])('are refused: $value as $type', async ({ type, value, reason }) => {
    const place = { source: 0, product: 'single', row: 1, column: 'field' }
    expect(await faultOfValue(type, value)).toEqual({ reason, ...place })
  })

  it.each([
    { type: 'INTEGER', values: ['0', '-7', '007', '2147483647'] },
    { type: 'BOOLEAN', values: ['true', 'False'] },
    { type: 'DATE', values: ['2024-02-29', '0001-01-01'] },
    { type: 'TIMESTAMP', values: ['2023-02-01 10:00:00', '2023-02-01T10:00:00.123456'] },
    { type: 'DOUBLE', values: ['1', '-1.5', '.5', '1e-3', '1E+10'] },
    { type: 'DECIMAL(6,2)', values: ['1', '1.5', '-0.05', '1.5000', '9999.99'] },
    { type: 'VARCHAR', values: ['', ' x ', '北京', "it's"] },
  ])('are accepted as $type in every spelling that loses nothing', async ({ type, values }) => {
    expect(await faultOfValue(type, ...values)).toBe('accepted')
  })

  it.each([
    { why: 'one is missing', row: 'p2,,2000-01-01,x', column: 'sex', reason: 'null' },
    { why: 'the unit is missing', row: ',f,2000-01-01,x', column: 'id', reason: 'null' },
    {
      why: 'one is outside the domain',
      row: 'p2,SECRET,2000-01-01,x',
      column: 'sex',
      reason: 'domain',
    },
  ])('are refused when $why, at the first such row', async ({ row, column, reason }) => {
    const content = csv(PEOPLE_HEADER, [FINE, row, 'p3,SECRET,x,x'])
    const place = { source: 0, product: 'people', row: 2, column }
    expect(await faultOfPeople(content)).toEqual({ reason, ...place })
  })

  it('must name their unit even where the column is declared nullable', async () => {
    const id = { name: 'id', type: 'VARCHAR', nullable: true }
    const unit = [{ unit: 'person', column: 'id' }]
    const products = [aProduct('lax', [id, { name: 'x', type: 'VARCHAR' }], unit)]
    const source = { path: write('lax.csv', 'id,x\n,y\n'), format: 'csv', product: 'lax' } as const
    const fault = { reason: 'null', source: 0, product: 'lax', row: 1, column: 'id' }
    expect(await load([source], products)).toEqual({ fault })
  })

  it.each([
    { sql: '1.005::DOUBLE', type: 'DECIMAL(6,2)', reason: 'lossy' },
    { sql: "'nan'::DOUBLE", type: 'DOUBLE', reason: 'not_finite' },
    { sql: "DATE 'infinity'", type: 'DATE', reason: 'not_finite' },
    { sql: '1.5::DOUBLE', type: 'INTEGER', reason: 'wrong_type' },
    { sql: "TIMESTAMP '2020-01-01 10:00:00'", type: 'DATE', reason: 'wrong_type' },
    { sql: 'NULL::INTEGER', type: 'INTEGER', reason: 'null' },
  ])('of typed files are held to the same rules: $sql as $type', async ({ sql, type, reason }) => {
    const path = await made('parquet', `SELECT ${sql} AS field`)
    const products = [aProduct('single', [{ name: 'field', type }])]
    const fault = { reason, source: 0, product: 'single', row: 1, column: 'field' }
    expect(await load([{ path, format: 'parquet', product: 'single' }], products)).toEqual({
      fault,
    })
  })

  it.each(['[1, 2]', "'x'::BLOB", '1'])('of no fitting type refuse the column: %s', async (sql) => {
    const path = await made('parquet', `SELECT ${sql} AS field`)
    const products = [aProduct('single', [{ name: 'field', type: 'VARCHAR' }])]
    const fault = { reason: 'wrong_type', source: 0, product: 'single', column: 'field' }
    expect(await load([{ path, format: 'parquet', product: 'single' }], products)).toEqual({
      fault,
    })
  })
})

describe('sources', () => {
  it('must be of a product of the dataset', async () => {
    const path = write('people.csv', csv(PEOPLE_HEADER, [FINE]))
    const report = await load([{ path, format: 'csv', product: 'salaries' }])
    expect(report).toEqual({ fault: { reason: 'unknown_product', source: 0 } })
  })

  it('must not hold one product twice', async () => {
    const path = write('people.csv', csv(PEOPLE_HEADER, [FINE]))
    const source = { path, format: 'csv', product: 'people' } as const
    const fault = { reason: 'product_twice', source: 1, product: 'people' }
    expect(await load([source, source])).toEqual({ fault })
  })

  it('must hold some product, if they are databases', async () => {
    const path = await made('duckdb', 'SELECT 1 AS a')
    const report = await load([{ path, format: 'duckdb' }], [aProduct('x', PEOPLE.columns)])
    expect(report).toEqual({ fault: { reason: 'unknown_product', source: 0 } })
  })
})

let files = 0

/** A source file made by the engine itself; in a database the table is called `people`. */
function made(format: 'parquet' | 'duckdb', sql: string): Promise<string> {
  const path = join(scratch.folder, `made-${++files}.${format}`)
  return makeSource(path, format === 'duckdb' ? `CREATE TABLE people AS ${sql}` : sql)
}
