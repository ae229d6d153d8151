/** A small dataset with two products, and everything needed to import it and to work on it. */

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSealedWorkers, type WorkersSettings } from '../../src/adapters/sealed-workers.ts'
import { openSnapshotFiles, type SnapshotFiles } from '../../src/adapters/snapshot-files.ts'
import { createSnapshotImporter } from '../../src/adapters/snapshot-importer.ts'
import { createProcessLauncher, type Launcher } from '../../src/adapters/worker-launch.ts'
import { DataProduct } from '../../src/model/data-product.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { Importer, Workers } from '../../src/pipeline/ports.ts'
import { LEVEL_1 } from './isolation.ts'
import { createScratch } from './scratch.ts'

export const WORKER_FILE = join(import.meta.dirname, '../../dist/worker.cjs')

export function aProduct(
  id: string,
  columns: readonly (Partial<DataProduct['columns'][number]> & { name: string; type: string })[],
  units: readonly { unit: string; column: string }[] = [],
): DataProduct {
  const title = { en: id, zh: id }
  return DataProduct.parse({
    id,
    title,
    dataset: 'town',
    provider: 'test',
    grade: 'general-1',
    status: 'available',
    units,
    columns: columns.map((column) => ({ title, role: 'plain', ...column })),
  })
}

export const PEOPLE = aProduct(
  'people',
  [
    { name: 'id', type: 'VARCHAR' },
    { name: 'sex', type: 'VARCHAR', domain: ['f', 'm'] },
    { name: 'born', type: 'DATE' },
    { name: 'note', type: 'VARCHAR', nullable: true },
  ],
  [{ unit: 'person', column: 'id' }],
)

const WAGES = aProduct(
  'wages',
  [
    { name: 'id', type: 'VARCHAR' },
    { name: 'employer', type: 'VARCHAR' },
    { name: 'month', type: 'INTEGER' },
    { name: 'amount', type: 'DECIMAL(12,2)' },
    { name: 'weight', type: 'DOUBLE', nullable: true },
  ],
  [
    { unit: 'person', column: 'id' },
    { unit: 'firm', column: 'employer' },
  ],
)

export const PRODUCTS = [PEOPLE, WAGES]

/** Appears in many rows, so that a leak is found by searching for it. */
export const SECRET = 'Wang-Secret'

export function peopleRows(count = 200): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const born = `19${String(40 + (i % 60))}-0${1 + (i % 9)}-1${i % 10}`
    return `p${i},${i % 2 === 0 ? 'f' : 'm'},${born},${i % 3 === 0 ? '' : `${SECRET} ${i}`}`
  })
}

export function wagesRows(count = 1000): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const amount = `${1000 + ((i * 7919) % 5000)}.${String(i % 100).padStart(2, '0')}`
    return `p${i % 200},e${(i * 31) % 17},${1 + (i % 12)},${amount},${i % 5 === 0 ? '' : i / 8}`
  })
}

export const PEOPLE_HEADER = 'id,sex,born,note'
export const WAGES_HEADER = 'id,employer,month,amount,weight'

export interface Town {
  readonly folder: string
  readonly launcher: Launcher
  readonly snapshots: SnapshotFiles
  readonly importer: Importer
  /** Writes a source file that workers can read. */
  write(name: string, content: string | Uint8Array): string
  /** Imports both products, once, and starts workers. */
  open(settings?: Partial<WorkersSettings>): Promise<{ workers: Workers; snapshot: Snapshot }>
  close(): Promise<void>
}

export async function createTown(launcher = createProcessLauncher()): Promise<Town> {
  const scratch = createScratch()
  const snapshots = await openSnapshotFiles(join(scratch.folder, 'snapshots'), launcher.account)
  const program = { launcher, workerFile: WORKER_FILE }
  const keys = join(scratch.folder, 'keys')
  const importer = createSnapshotImporter({ ...program, snapshots, keys })
  const started: Workers[] = []
  let snapshot: Snapshot | undefined
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(scratch.folder, name)
    writeFileSync(path, content)
    chmodSync(path, 0o644)
    return path
  }
  return {
    folder: scratch.folder,
    launcher,
    snapshots,
    importer,
    write,
    async open(settings = {}) {
      snapshot ??= await importTown({ importer, write })
      const databaseFile = (of: Snapshot) => snapshots.databaseFile(of)
      const options = { ...program, isolation: LEVEL_1, databaseFile, settings }
      const workers = await createSealedWorkers(options)
      started.push(workers)
      return { workers, snapshot }
    },
    async close() {
      await Promise.all(started.map((workers) => workers.close()))
      launcher.close()
      scratch.remove()
    },
  }
}

async function importTown({
  importer,
  write,
}: Pick<Town, 'importer' | 'write'>): Promise<Snapshot> {
  const people = write('people.csv', csv(PEOPLE_HEADER, peopleRows()))
  const wages = write('wages.csv', csv(WAGES_HEADER, wagesRows()))
  const sources = [
    { path: people, product: 'people' },
    { path: wages, product: 'wages' },
  ]
  const imported = await importer.import({ dataset: 'town', products: PRODUCTS, sources })
  if (!imported.ok) throw new Error(imported.problem.detail.en)
  return imported.value
}

export function csv(header: string, rows: readonly string[]): string {
  return `${[header, ...rows].join('\n')}\n`
}
