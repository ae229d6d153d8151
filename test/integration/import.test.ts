import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSnapshotFiles } from '../../src/adapters/snapshot-files.ts'
import type { Result } from '../../src/model/result.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { ImportOrder } from '../../src/pipeline/ports.ts'
import {
  createTown,
  csv,
  PEOPLE_HEADER,
  PRODUCTS,
  peopleRows,
  type Town,
  WAGES_HEADER,
  wagesRows,
} from '../support/dataset.ts'
import { rowsOf as rowsOfFile } from '../support/loader.ts'

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
  return await rowsOfFile(town.snapshots.databaseFile(snapshot), sql)
}

describe('a snapshot', () => {
  it('keeps the numbers of units from import to import, whatever was imported between', async () => {
    const before = await imported({ sources: [source('people', csv(PEOPLE_HEADER, peopleRows()))] })
    await imported({ sources: [source('wages', csv(WAGES_HEADER, wagesRows(5)))] })
    const more = [...peopleRows(), 'zzz,f,2000-01-01,']
    const after = await imported({ sources: [source('people', csv(PEOPLE_HEADER, more))] })
    const numbers =
      "SELECT id, __unit_person, __bucket_person FROM people WHERE id <> 'zzz' ORDER BY 1"
    expect(await rowsOf(after, numbers)).toEqual(await rowsOf(before, numbers))
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
          en: 'file bad.csv, product people, data row 2, column sex: the value is outside the declared domain',
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
      expect(!refused.ok && refused.problem.detail.en).toContain(basename(place))
    }
  })

  it('tells a file that is missing from one that is closed', async () => {
    const refusal = async (path: string): Promise<string | false> => {
      const refused = await importing({ sources: [{ path, product: 'people' }] })
      return !refused.ok && refused.problem.detail.en
    }
    expect(await refusal(join(town.folder, 'absent.csv'))).toContain('there is no such file')
    expect(await refusal(join(town.folder, 'snapshots'))).toContain('files end in')
    mkdirSync(join(town.folder, 'folder.csv'))
    expect(await refusal(join(town.folder, 'folder.csv'))).toContain('it is not a file')
    if (town.launcher.account === undefined) return
    const closed = join(town.folder, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    writeFileSync(join(closed, 'people.csv'), '')
    const detail = await refusal(join(closed, 'people.csv'))
    expect(detail).toContain("cannot be read by the workers' user")
    expect(detail).toContain(`chmod o+x ${closed}`)
  })

  it('would replace rows by none, unless that is asked for', async () => {
    const full = await imported({ sources: [source('people', csv(PEOPLE_HEADER, peopleRows()))] })
    const sources = [source('people', csv(PEOPLE_HEADER, []))]
    const refused = await importing({ sources, base: full })
    expect(!refused.ok && refused.problem.detail.en).toContain('people: no rows')
    expect(await town.snapshots.current('town')).toEqual(full)
    const empty = await imported({ sources, base: full, allowEmpty: true })
    expect(empty.manifest.tables).toMatchObject([{ product: 'people', rows: 0 }])
    const wages = [source('wages', csv(WAGES_HEADER, wagesRows(5)))]
    expect((await importing({ sources: wages, base: empty })).ok).toBe(true)
  })

  it('finds a file whose path is relative to this process', async () => {
    const path = relative(process.cwd(), source('wages', csv(WAGES_HEADER, wagesRows(5))).path)
    expect((await importing({ sources: [{ path, product: 'wages' }] })).ok).toBe(true)
  })

  it('ends with the loader when it is cancelled', async () => {
    const control = { signal: AbortSignal.timeout(1) }
    const wages = source('wages', csv(WAGES_HEADER, wagesRows(50_000)))
    const order = { dataset: 'town', products: PRODUCTS, sources: [wages] }
    const refused = await town.importer.import(order, control)
    expect(!refused.ok && refused.problem.detail.en).toContain('cancelled')
  })
})
