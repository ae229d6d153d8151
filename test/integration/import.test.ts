import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withConnection } from '../../sandbox/lockdown.ts'
import { openSnapshotFiles } from '../../src/adapters/snapshot-files.ts'
import type { Result } from '../../src/model/result.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { ImportOrder } from '../../src/pipeline/ports.ts'
import {
  aProduct,
  createTown,
  csv,
  PEOPLE_HEADER,
  PRODUCTS,
  peopleRows,
  type Town,
  WAGES_HEADER,
  wagesRows,
} from '../support/dataset.ts'

let town: Town
let files = 0

beforeAll(async () => {
  town = await createTown()
})

afterAll(() => town.close())

function source(product: string, content: string | Uint8Array, ending = 'csv') {
  return { path: town.write(`source-${++files}.${ending}`, content), product }
}

async function importing(order: Partial<ImportOrder>): Promise<Result<Snapshot>> {
  return await town.importer.import({ dataset: 'town', products: PRODUCTS, sources: [], ...order })
}

async function imported(order: Partial<ImportOrder>): Promise<Snapshot> {
  const result = await importing(order)
  if (!result.ok) throw new Error(result.problem.detail.en)
  return result.value
}

async function rowsOf(snapshot: Snapshot, sql: string): Promise<unknown[][]> {
  return await query(town.snapshots.databaseFile(snapshot), sql)
}

async function query(file: string, sql: string): Promise<unknown[][]> {
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

/** Builds a source file with the engine itself. */
async function made(ending: 'parquet' | 'duckdb', sql: string): Promise<string> {
  const path = join(town.folder, `made-${++files}.${ending}`)
  const instance = await DuckDBInstance.create(ending === 'duckdb' ? path : ':memory:')
  await withConnection(instance, (connection) =>
    connection.run(ending === 'duckdb' ? sql : `COPY (${sql}) TO '${path}'`),
  )
  instance.closeSync()
  chmodSync(path, 0o644)
  return path
}

describe('a snapshot', () => {
  it('holds declared columns in declared order and what derives from the units', async () => {
    const shuffled = wagesRows(50).map((row) => row.split(',').toReversed().join(','))
    const header = WAGES_HEADER.split(',').toReversed().join(',')
    const snapshot = await imported({ sources: [source('wages', csv(header, shuffled))] })
    const described = await rowsOf(snapshot, 'DESCRIBE wages')
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
    expect(await rowsOf(snapshot, values)).toEqual([['p8', 'e10', 9, '4352.08', 1]])
  })

  it('numbers units densely, once for all products, and never by their name', async () => {
    const snapshot = await imported({
      sources: [
        source('people', csv(PEOPLE_HEADER, peopleRows())),
        source('wages', csv(WAGES_HEADER, wagesRows())),
      ],
    })
    expect(snapshot.manifest.units).toEqual([
      { unit: 'firm', count: 17 },
      { unit: 'person', count: 200 },
    ])
    const joined = `SELECT count(*) AS n, count(DISTINCT p.__unit_person) AS units,
        min(p.__unit_person) AS low, max(p.__unit_person) AS high,
        bool_and(p.__unit_person = w.__unit_person AND p.__bucket_person = w.__bucket_person) AS same,
        max(p.__bucket_person) < 64 AS small, count(DISTINCT p.__bucket_person) > 40 AS spread
      FROM people p JOIN wages w USING (id)`
    expect(await rowsOf(snapshot, joined)).toEqual([['1000', '200', 0, 199, true, true, true]])
    const alphabetical = `SELECT count(*) AS n FROM people a JOIN people b ON a.id < b.id
      WHERE a.__unit_person < b.__unit_person`
    const [[inOrder]] = (await rowsOf(snapshot, alphabetical)) as [[string]]
    expect(Number(inOrder) / ((200 * 199) / 2)).toBeGreaterThan(0.35)
    expect(Number(inOrder) / ((200 * 199) / 2)).toBeLessThan(0.65)
  })

  it('counts the rows of each unit from 1, once per unit', async () => {
    const snapshot = await imported({ sources: [source('wages', csv(WAGES_HEADER, wagesRows()))] })
    for (const unit of ['person', 'firm']) {
      const sql = `SELECT bool_and(n = high AND n = different AND low = 1) AS dense FROM (
        SELECT count(*) AS n, max(__ordinal_${unit}) AS high, min(__ordinal_${unit}) AS low,
          count(DISTINCT __ordinal_${unit}) AS different FROM wages GROUP BY __unit_${unit})`
      expect(await rowsOf(snapshot, sql)).toEqual([[true]])
    }
  })

  it('is the same whatever the order of rows, equal rows included', async () => {
    const rows = [...wagesRows(300), ...wagesRows(40), ...wagesRows(10)]
    const [one, other] = [
      await imported({ sources: [source('wages', csv(WAGES_HEADER, rows))] }),
      await imported({ sources: [source('wages', csv(WAGES_HEADER, scrambled(rows)))] }),
    ]
    const all = 'SELECT * FROM wages ORDER BY ALL'
    expect(await rowsOf(other, all)).toEqual(await rowsOf(one, all))
    expect(other.manifest.tables).toEqual(one.manifest.tables)
  })

  it.each([
    { change: 'a row less', rows: wagesRows(299) },
    { change: 'a row doubled', rows: [...wagesRows(300), ...wagesRows(1)] },
    {
      change: 'a value changed',
      rows: wagesRows(300).map((row, index) => (index === 7 ? row.replace('p7', 'p8') : row)),
    },
  ])('has another content digest with $change', async ({ rows }) => {
    const [one, other] = [
      await imported({ sources: [source('wages', csv(WAGES_HEADER, wagesRows(300)))] }),
      await imported({ sources: [source('wages', csv(WAGES_HEADER, rows))] }),
    ]
    expect(other.manifest.tables[0]?.content).not.toBe(one.manifest.tables[0]?.content)
  })

  it('keeps the numbers of earlier units and appends new ones', async () => {
    const before = await imported({ sources: [source('people', csv(PEOPLE_HEADER, peopleRows()))] })
    const more = [...peopleRows(200).toReversed(), 'aaa,f,2000-01-01,', 'zzz,m,2000-01-01,']
    const after = await imported({ sources: [source('people', csv(PEOPLE_HEADER, more))] })
    const numbers =
      "SELECT id, __unit_person, __bucket_person FROM people WHERE id LIKE 'p%' ORDER BY 1"
    expect(await rowsOf(after, numbers)).toEqual(await rowsOf(before, numbers))
    const added = "SELECT __unit_person FROM people WHERE id NOT LIKE 'p%' ORDER BY 1"
    expect(await rowsOf(after, added)).toEqual([[200], [201]])
  })

  it('carries over the tables that no source covers', async () => {
    const base = await imported({ sources: [source('people', csv(PEOPLE_HEADER, peopleRows()))] })
    const wages = source('wages', csv(WAGES_HEADER, wagesRows()))
    const next = await imported({ sources: [wages], base })
    expect(next.manifest.tables.map(({ product }) => product)).toEqual(['people', 'wages'])
    expect(next.manifest.tables[0]).toEqual(base.manifest.tables[0])
    const all = 'SELECT * FROM people ORDER BY ALL'
    expect(await rowsOf(next, all)).toEqual(await rowsOf(base, all))
    const alone = await imported({ sources: [wages] })
    expect(alone.manifest.tables.map(({ product }) => product)).toEqual(['wages'])
  })

  it('reads Parquet and DuckDB files, converting only what loses nothing', async () => {
    const wages = `SELECT 'p' || i AS id, 'e1' AS employer, CAST(3.0 AS DOUBLE) AS month,
      CAST(1234.5 AS DOUBLE) AS amount, CAST(0.25 AS FLOAT) AS weight FROM range(3) t(i)`
    const people = `CREATE TABLE people AS SELECT 'p1' AS id, 'f' AS sex, DATE '2000-01-01' AS born,
      'x' AS note; CREATE TABLE ignored AS SELECT 1 AS a`
    const snapshot = await imported({
      sources: [
        { path: await made('parquet', wages), product: 'wages' },
        { path: await made('duckdb', people) },
      ],
    })
    expect(
      await rowsOf(
        snapshot,
        "SELECT * EXCLUDE (__unit_person, __bucket_person, __ordinal_person, __unit_firm, __bucket_firm, __ordinal_firm) FROM wages WHERE id = 'p1'",
      ),
    ).toEqual([['p1', 'e1', 3, '1234.50', 0.25]])
    expect(await rowsOf(snapshot, 'SHOW TABLES')).toEqual([['people'], ['wages']])
  })

  it('reads windows line ends, a byte order mark, quotes and empty text', async () => {
    const text =
      '\uFEFFid,sex,born,"note"\r\n"a,1",f,2000-01-01,"says ""hi"""\r\nb,m,2000-01-02,""\r\nc,m,2000-01-03,\r\n'
    const snapshot = await imported({ sources: [source('people', text)] })
    expect(await rowsOf(snapshot, 'SELECT id, note FROM people ORDER BY 1')).toEqual([
      ['a,1', 'says "hi"'],
      ['b', ''],
      ['c', null],
    ])
  })

  it('holds reference tables without any unit', async () => {
    const product = aProduct('region', [{ name: 'code', type: 'VARCHAR' }])
    const snapshot = await imported({
      products: [product],
      sources: [source('region', 'code\n01\n02\n')],
    })
    expect(await rowsOf(snapshot, 'SELECT * FROM region ORDER BY 1')).toEqual([['01'], ['02']])
    expect(snapshot.manifest.units).toEqual([])
  })
})

describe('a published snapshot', () => {
  it('is current, can be found, and is closed to writing', async () => {
    const snapshot = await imported({ sources: [source('wages', csv(WAGES_HEADER, wagesRows(5)))] })
    expect(await town.snapshots.current('town')).toEqual(snapshot)
    expect(await town.snapshots.find(snapshot.digest)).toEqual(snapshot)
    expect(await town.snapshots.find('0'.repeat(64))).toBeUndefined()
    expect(await town.snapshots.current('nowhere')).toBeUndefined()
    const file = town.snapshots.databaseFile(snapshot)
    expect(readdirSync(dirname(file)).toSorted()).toEqual([
      'data.duckdb',
      'manifest.json',
      'units.duckdb',
    ])
    expect(statSync(file).mode & 0o337).toBe(0)
    expect(statSync(town.snapshots.unitsFile(snapshot)).mode & 0o777).toBe(0o400)
    expect(statSync(join(town.folder, 'keys')).mode & 0o777).toBe(0o700)
  })

  it('is verified against its manifest', async () => {
    const snapshot = await imported({ sources: [source('wages', csv(WAGES_HEADER, wagesRows(6)))] })
    expect(await town.snapshots.verify(snapshot.digest)).toBe(true)
    const file = town.snapshots.databaseFile(snapshot)
    const bytes = readFileSync(file)
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    chmodSync(file, 0o600)
    writeFileSync(file, bytes)
    expect(await town.snapshots.verify(snapshot.digest)).toBe(false)
    expect(await town.snapshots.verify('0'.repeat(64))).toBe(false)
  })
})

function scrambled(rows: readonly string[]): readonly string[] {
  return rows
    .map((row, index) => ({ row, at: (index * 7919) % 1009 }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ row }) => row)
}

describe('left-overs', () => {
  it('of imports that were cut off are removed when the store is opened', async () => {
    const folder = await town.snapshots.createFolder('town')
    writeFileSync(join(folder, 'data.duckdb'), 'half')
    await openSnapshotFiles(join(town.folder, 'snapshots'), town.launcher.account)
    const names = readdirSync(join(town.folder, 'snapshots/town'))
    expect(names.filter((name) => name.startsWith('.'))).toEqual([])
  })
})

describe('a refused import', () => {
  it('says where the file is wrong, and leaves nothing behind', async () => {
    const before = await imported({ sources: [source('people', csv(PEOPLE_HEADER, peopleRows()))] })
    const names = readdirSync(join(town.folder, 'snapshots/town'))
    const rows = ['p1,f,2000-01-01,', 'p2,SECRET,2000-01-01,']
    const path = town.write('bad.csv', csv(PEOPLE_HEADER, rows))
    const refused = await importing({ sources: [{ path, product: 'people' }] })
    expect(refused).toEqual({
      ok: false,
      problem: {
        code: 'import-rejected',
        detail: {
          en: 'file bad.csv, product people, row 2, column sex: the value is outside the declared domain',
          zh: '文件 bad.csv，数据产品 people，数据行 2，列 sex：取值不在声明的值域内',
        },
      },
    })
    expect(await town.snapshots.current('town')).toEqual(before)
    expect(readdirSync(join(town.folder, 'snapshots/town'))).toEqual(names)
  })

  it.each([
    { name: 'people.xlsx', product: 'people', detail: 'files end in .csv' },
    { name: 'people.csv', product: undefined, detail: 'needs the name of its product' },
  ])('is told apart by $name as $product', async ({ name, product, detail }) => {
    const path = town.write(name, csv(PEOPLE_HEADER, peopleRows(1)))
    const refused = await importing({
      sources: [product === undefined ? { path } : { path, product }],
    })
    expect(!refused.ok && refused.problem.detail.en).toContain(detail)
  })

  it('names a file that is missing or closed to workers', async () => {
    const path = town.write('closed.csv', csv(PEOPLE_HEADER, peopleRows(1)))
    chmodSync(path, 0o000)
    for (const place of [path, join(town.folder, 'absent.csv')]) {
      const refused = await importing({ sources: [{ path: place, product: 'people' }] })
      expect(!refused.ok && refused.problem.code).toBe('import-rejected')
      expect(!refused.ok && refused.problem.detail.en).toContain('cannot read it')
    }
  })

  it('ends with the loader when it is cancelled', async () => {
    const control = { signal: AbortSignal.timeout(1) }
    const wages = source('wages', csv(WAGES_HEADER, wagesRows(50_000)))
    const order = { dataset: 'town', products: PRODUCTS, sources: [wages] }
    const refused = await town.importer.import(order, control)
    expect(!refused.ok && refused.problem.detail.en).toContain('cancelled')
  })
})
