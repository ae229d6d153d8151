/**
 * Goal: an import is all or nothing, and says where a file is wrong without saying what it holds.
 *
 * Method: one fault per case in files that are otherwise fine; the answer is compared whole, so a
 * value in it would fail the test. Accepted values beside the refused ones are the control.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withConnection } from '../../sandbox/lockdown.ts'
import type { Result } from '../../src/model/result.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { ImportOrder } from '../../src/pipeline/ports.ts'
import {
  aProduct,
  createTown,
  csv,
  PEOPLE,
  PEOPLE_HEADER,
  PRODUCTS,
  peopleRows,
  type Town,
} from '../support/dataset.ts'

let town: Town
let good: Snapshot

beforeAll(async () => {
  town = await createTown()
  const path = town.write('good.csv', csv(PEOPLE_HEADER, peopleRows(5)))
  const result = await importing({ sources: [{ path, product: 'people' }] })
  if (!result.ok) throw new Error(result.problem.detail.en)
  good = result.value
})

afterAll(() => town.close())

async function importing(order: Partial<ImportOrder>): Promise<Result<Snapshot>> {
  return await town.importer.import({ dataset: 'town', products: PRODUCTS, sources: [], ...order })
}

async function detailOf(order: Partial<ImportOrder>): Promise<string> {
  const result = await importing(order)
  if (result.ok) return 'accepted'
  expect(result.problem.code).toBe('import-rejected')
  expect(await town.snapshots.current('town')).toEqual(good)
  const names = readdirSync(join(town.folder, 'snapshots/town'))
  expect(names.toSorted()).toEqual([good.digest, 'current'].toSorted())
  return result.problem.detail.en
}

async function detailOfPeople(content: string | Uint8Array): Promise<string> {
  const path = town.write('bad.csv', content)
  return await detailOf({ sources: [{ path, product: 'people' }] })
}

const FINE = 'p1,f,2000-01-01,x'

describe('the columns of a file', () => {
  it.each([
    {
      why: 'one is missing',
      content: csv('id,sex,born', ['p1,f,2000-01-01']),
      detail: 'product people, column note: the column is missing',
    },
    {
      why: 'one is not declared',
      content: csv('id,sex,born,note,SECRET', [`${FINE},1`]),
      detail: 'product people, column number 5: the product does not declare this column',
    },
    {
      why: 'one appears twice',
      content: csv('id,sex,born,note,id', [`${FINE},1`]),
      detail: 'column number 5: the column appears twice',
    },
    {
      why: 'there is no header',
      content: csv('SECRET,f,2000-01-01,x', [FINE]),
      detail: 'product people, column id: the column is missing',
    },
    {
      why: 'the header does not end',
      content: 'id,"sex,born\n',
      detail: 'line 1: the file is damaged or not in the expected format',
    },
  ])('are refused when $why', async ({ content, detail }) => {
    expect(await detailOfPeople(content)).toBe(`file bad.csv, ${detail}`)
  })
})

describe('a file that is damaged', () => {
  const damaged = 'the file is damaged or not in the expected format'
  const cutOff = 'the last line does not end with a newline, so the file may be cut off'

  it.each([
    { why: 'empty', content: '', detail: `file bad.csv: ${cutOff}` },
    {
      why: 'cut off within a value',
      content: csv(PEOPLE_HEADER, [FINE, FINE]).slice(0, -2),
      detail: `file bad.csv: ${cutOff}`,
    },
    {
      why: 'short of a field',
      content: csv(PEOPLE_HEADER, [FINE, 'p2,SECRET']),
      detail: `file bad.csv, line 3: ${damaged}`,
    },
    {
      why: 'a field too long',
      content: csv(PEOPLE_HEADER, [FINE, `${FINE},SECRET`]),
      detail: `file bad.csv, line 3: ${damaged}`,
    },
    {
      why: 'left with an open quote',
      content: csv(PEOPLE_HEADER, [FINE, 'p2,f,2000-01-01,"SECRET']),
      detail: `file bad.csv, line 3: ${damaged}`,
    },
    {
      why: 'quoted in the middle of a field',
      content: csv(PEOPLE_HEADER, [FINE, 'p2,f,2000-01-01,SE"CRET']),
      detail: `file bad.csv: ${damaged}`,
    },
    {
      why: 'not UTF-8',
      content: Buffer.concat([
        Buffer.from(`${PEOPLE_HEADER}\n${FINE}\np2,f,2000-01-01,`),
        Buffer.from([0xff, 0xfe, 0x0a]),
      ]),
      detail: `file bad.csv, line 3: ${damaged}`,
    },
    {
      why: 'of mixed line ends',
      content: `${PEOPLE_HEADER}\n${FINE}\r\np2,f,2000-01-01,SECRET\n`,
      detail: `file bad.csv: ${damaged}`,
    },
  ])('is refused: $why', async ({ content, detail }) => {
    expect(await detailOfPeople(content)).toBe(detail)
  })

  it.each(['parquet', 'duckdb'])(
    'is refused: %s cut in half, or of another kind',
    async (ending) => {
      const path = join(town.folder, `source.${ending}`)
      const instance = await DuckDBInstance.create(ending === 'duckdb' ? path : ':memory:')
      const rows = `SELECT 'p' || i AS id, 'f' AS sex, DATE '2000-01-01' AS born, repeat('x', 100) AS note
      FROM range(20000) t(i)`
      await withConnection(instance, (connection) =>
        connection.run(
          ending === 'duckdb' ? `CREATE TABLE people AS ${rows}` : `COPY (${rows}) TO '${path}'`,
        ),
      )
      instance.closeSync()
      const whole = readFileSync(path)
      const cut = town.write(`cut.${ending}`, whole.subarray(0, whole.length / 2))
      const named = ending === 'duckdb' ? {} : { product: 'people' }
      const expected = `file cut.${ending}: ${damaged}`
      expect(await detailOf({ sources: [{ path: cut, ...named }] })).toBe(expected)
      town.write(`cut.${ending}`, 'SECRET,'.repeat(1000))
      expect(await detailOf({ sources: [{ path: cut, ...named }] })).toBe(expected)
    },
  )
})

describe('values', () => {
  const wrongType = 'the value does not have the declared type'
  const notFinite = 'the value is not finite'
  const lossy = 'the value has more decimal places than declared'

  it.each([
    { type: 'INTEGER', value: 'SECRET', reason: wrongType },
    { type: 'INTEGER', value: '1.7', reason: wrongType },
    { type: 'INTEGER', value: '1e3', reason: wrongType },
    { type: 'INTEGER', value: ' 1', reason: wrongType },
    { type: 'INTEGER', value: '2147483648', reason: wrongType },
    { type: 'TINYINT', value: '128', reason: wrongType },
    { type: 'BIGINT', value: '0x10', reason: wrongType },
    { type: 'BOOLEAN', value: 'SECRET', reason: wrongType },
    { type: 'BOOLEAN', value: '1', reason: wrongType },
    { type: 'DATE', value: '2023-02-29', reason: wrongType },
    { type: 'DATE', value: '2023-2-1', reason: wrongType },
    { type: 'DATE', value: '2023-02-01 00:00:00', reason: wrongType },
    { type: 'DATE', value: 'infinity', reason: notFinite },
    { type: 'TIMESTAMP', value: '2023-02-01', reason: wrongType },
    { type: 'TIMESTAMP', value: '2023-02-01 10:00:00+08', reason: wrongType },
    { type: 'DOUBLE', value: '1,5', reason: wrongType },
    { type: 'DOUBLE', value: 'nan', reason: notFinite },
    { type: 'DOUBLE', value: '-Infinity', reason: notFinite },
    { type: 'DOUBLE', value: '1e309', reason: notFinite },
    { type: 'DECIMAL(6,2)', value: '1.005', reason: lossy },
    { type: 'DECIMAL(6,2)', value: '10000.00', reason: wrongType },
    { type: 'DECIMAL(6,2)', value: '1e2', reason: wrongType },
    { type: 'DECIMAL(6,2)', value: 'nan', reason: wrongType },
  ])('are refused: $value as $type', async ({ type, value, reason }) => {
    const products = [aProduct('single', [{ name: 'field', type }])]
    const path = town.write('single.csv', csv('field', [`"${value}"`]))
    const detail = await detailOf({ products, sources: [{ path, product: 'single' }] })
    expect(detail).toBe(`file single.csv, product single, row 1, column field: ${reason}`)
  })

  it('are accepted in every spelling that loses nothing', async () => {
    const spellings: Readonly<Record<string, readonly string[]>> = {
      INTEGER: ['0', '-7', '007', '2147483647'],
      BOOLEAN: ['true', 'False'],
      DATE: ['2024-02-29', '0001-01-01'],
      TIMESTAMP: ['2023-02-01 10:00:00', '2023-02-01T10:00:00.123456'],
      DOUBLE: ['1', '-1.5', '.5', '1e-3', '1E+10'],
      'DECIMAL(6,2)': ['1', '1.5', '-0.05', '1.5000', '9999.99'],
      VARCHAR: ['', ' x ', '北京', "it's"],
    }
    for (const [type, values] of Object.entries(spellings)) {
      const own = await createTown(town.launcher)
      const products = [aProduct('single', [{ name: 'field', type }])]
      const rows = values.map((value) => `"${value}"`)
      const path = own.write('single.csv', csv('field', rows))
      const sources = [{ path, product: 'single' }]
      const result = await own.importer.import({ dataset: 'town', products, sources })
      expect([type, result.ok || result.problem.detail.en]).toEqual([type, true])
    }
  })

  it.each([
    {
      why: 'one is missing where it must not be',
      row: 'p2,,2000-01-01,x',
      place: 'row 2, column sex: the value is missing',
    },
    {
      why: 'the unit is missing',
      row: ',f,2000-01-01,x',
      place: 'row 2, column id: the value is missing',
    },
    {
      why: 'one is outside the domain',
      row: 'p2,SECRET,2000-01-01,x',
      place: 'row 2, column sex: the value is outside the declared domain',
    },
  ])('are refused when $why', async ({ row, place }) => {
    const content = csv(PEOPLE_HEADER, [FINE, row, 'p3,SECRET,x,x'])
    expect(await detailOfPeople(content)).toBe(`file bad.csv, product people, ${place}`)
  })

  it('must name their unit even where the column is declared nullable', async () => {
    const id = { name: 'id', type: 'VARCHAR', nullable: true }
    const unit = [{ unit: 'person', column: 'id' }]
    const products = [aProduct('lax', [id, { name: 'x', type: 'VARCHAR' }], unit)]
    const path = town.write('lax.csv', 'id,x\n,y\n')
    const detail = await detailOf({ products, sources: [{ path, product: 'lax' }] })
    expect(detail).toBe('file lax.csv, product lax, row 1, column id: the value is missing')
  })

  it('of typed files are held to the same rules', async () => {
    const cases = [
      { sql: 'SELECT 1.005::DOUBLE AS field', type: 'DECIMAL(6,2)', reason: lossy },
      { sql: "SELECT 'nan'::DOUBLE AS field", type: 'DOUBLE', reason: notFinite },
      { sql: 'SELECT 1.5::DOUBLE AS field', type: 'INTEGER', reason: wrongType },
      { sql: "SELECT TIMESTAMP '2020-01-01 10:00:00' AS field", type: 'DATE', reason: wrongType },
      { sql: 'SELECT NULL::INTEGER AS field', type: 'INTEGER', reason: 'the value is missing' },
    ]
    for (const { sql, type, reason } of cases) {
      const path = await parquet(sql)
      const products = [aProduct('single', [{ name: 'field', type }])]
      const detail = await detailOf({ products, sources: [{ path, product: 'single' }] })
      expect(detail).toBe(`file typed.parquet, product single, row 1, column field: ${reason}`)
    }
    const products = [aProduct('single', [{ name: 'field', type: 'VARCHAR' }])]
    const sources = [{ path: await parquet('SELECT [1, 2] AS field'), product: 'single' }]
    const place = 'file typed.parquet, product single, column field'
    expect(await detailOf({ products, sources })).toBe(`${place}: ${wrongType}`)
  })
})

async function parquet(sql: string): Promise<string> {
  const path = town.write('typed.parquet', '')
  const instance = await DuckDBInstance.create(':memory:')
  await withConnection(instance, (connection) => connection.run(`COPY (${sql}) TO '${path}'`))
  instance.closeSync()
  return path
}

describe('an order', () => {
  it.each([
    {
      name: 'people.xlsx',
      product: 'people',
      detail: 'files end in .csv, .parquet, .duckdb or .db',
    },
    {
      name: 'people.csv',
      product: undefined,
      detail: 'a CSV or Parquet file needs the name of its product',
    },
    {
      name: 'people.csv',
      product: 'salaries',
      detail: 'file people.csv: the file holds no table of a product of this dataset',
    },
  ])('is refused for $name as $product', async ({ name, product, detail }) => {
    const path = town.write(name, csv(PEOPLE_HEADER, [FINE]))
    const source = product === undefined ? { path } : { path, product }
    expect(await detailOf({ sources: [source] })).toBe(detail)
  })

  it('is refused when two files hold one product', async () => {
    const path = town.write('people.csv', csv(PEOPLE_HEADER, [FINE]))
    const source = { path, product: 'people' }
    expect(await detailOf({ sources: [source, source] })).toBe(
      'file people.csv, product people: another file already holds this product',
    )
  })

  it('is refused when a database holds none of the products', async () => {
    const path = join(town.folder, 'other.duckdb')
    const instance = await DuckDBInstance.create(path)
    await withConnection(instance, (connection) =>
      connection.run('CREATE TABLE x AS SELECT 1 AS a'),
    )
    instance.closeSync()
    expect(await detailOf({ sources: [{ path }], products: [PEOPLE] })).toContain('no table')
  })

  it('reports a file that is not there', async () => {
    const sources = [{ path: join(town.folder, 'absent.csv'), product: 'people' }]
    expect((await importing({ sources })).ok).toBe(false)
  })
})
