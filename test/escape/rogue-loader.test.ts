/**
 * Goal: a loader that was taken over by what it read cannot publish what it did not write.
 *
 * Method: a loader that puts a finished database into its folder and then reports as it pleases. An
 * honest report of the same database is the negative control.
 */

import { chmodSync, copyFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSnapshotImporter } from '../../src/adapters/snapshot-importer.ts'
import type { Launcher } from '../../src/adapters/worker-launch.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { createTown, PRODUCTS, type Town, WORKER_FILE } from '../support/dataset.ts'

let town: Town
let snapshot: Snapshot
let prepared = ''

beforeAll(async () => {
  town = await createTown()
  ;({ snapshot } = await town.open())
  prepared = dirname(town.write('prepared', ''))
  for (const name of ['data.duckdb', 'units.duckdb']) {
    const source = join(dirname(town.snapshots.databaseFile(snapshot)), name)
    copyFileSync(source, join(prepared, name))
    chmodSync(join(prepared, name), 0o644)
  }
})

afterAll(() => town.close())

function writeLoader(report: string): string {
  const script = `
const fs = require('node:fs'), net = require('node:net')
const line = new net.Socket({ fd: 3, readable: true, writable: true })
line.on('end', () => process.exit()).on('error', () => process.exit())
const send = (type, text) => {
  const head = Buffer.alloc(5)
  head.writeUInt32LE(Buffer.byteLength(text), 0)
  head.writeUInt8(type, 4)
  line.write(Buffer.concat([head, Buffer.from(text)]))
}
let received = Buffer.alloc(0)
let folder
line.on('data', (chunk) => {
  received = Buffer.concat([received, chunk])
  while (received.length >= 5 && received.length >= 5 + received.readUInt32LE(0)) {
    const type = received.readUInt8(4)
    const payload = received.subarray(5, 5 + received.readUInt32LE(0)).toString()
    received = received.subarray(5 + received.readUInt32LE(0))
    if (type === 1) {
      folder = JSON.parse(payload).path
      send(16, JSON.stringify({ engine: 'v1' }))
    }
    if (type === 3) {
      for (const name of ['data.duckdb', 'units.duckdb']) fs.copyFileSync(${JSON.stringify(prepared)} + '/' + name, folder + '/' + name)
      send(20, ${JSON.stringify(report)})
      send(21, '{}')
    }
  }
})`
  return town.write('rogue-loader.cjs', script)
}

/** Imports with a loader of ours; every other worker is the real one. */
async function importWith(report: string) {
  const loader = writeLoader(report)
  const launcher: Launcher = {
    ...town.launcher,
    launch: (order) =>
      town.launcher.launch(order.writable === undefined ? order : { ...order, workerFile: loader }),
  }
  const importer = createSnapshotImporter({
    launcher,
    workerFile: WORKER_FILE,
    snapshots: town.snapshots,
    keys: join(town.folder, 'keys'),
  })
  const path = town.write('people.csv', 'ignored')
  const sources = [{ path, product: 'people' }]
  return await importer.import({ dataset: 'town', products: PRODUCTS, sources })
}

describe("a loader's report", () => {
  const table = { product: 'people', rows: 200, content: 'a'.repeat(64) }
  const report = (tables: readonly object[]) => JSON.stringify({ tables, units: [] })

  it.each([
    { why: 'more rows than there are', text: report([{ ...table, rows: 201 }]) },
    { why: 'a table that is not there', text: report([{ ...table, product: 'salaries' }]) },
    { why: 'a table that is no product', text: report([table, { ...table, product: 'units' }]) },
    { why: 'a member that has no place', text: report([{ ...table, sample: 'Wang' }]) },
    { why: 'a negative count', text: report([{ ...table, rows: -1 }]) },
    {
      why: 'a column that is no name',
      text: '{"fault":{"reason":"null","source":0,"column":"Wang Secret"}}',
    },
    { why: 'a reason of its own', text: '{"fault":{"reason":"Wang","source":0}}' },
    { why: 'no JSON', text: '{"tables":' },
  ])('is not believed when it claims $why', async ({ text }) => {
    const result = await importWith(text)
    expect(result).toMatchObject({ ok: false, problem: { code: 'import-rejected' } })
    expect(JSON.stringify(result)).not.toContain('Wang')
    expect(await town.snapshots.current('town')).toEqual(snapshot)
  })

  it('is believed when another process finds the same', async () => {
    expect(await importWith(report([table]))).toMatchObject({ ok: true })
  })
})
