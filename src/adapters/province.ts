/** The demo province: builds its registers, which hold no real data, in a loader process. */

import { chmod, chown, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { startWorker, type WorkerProgram } from './start-worker.ts'
import { encodeOrder, type WorkerLimits } from './worker-process.ts'

export interface ProvinceOptions extends WorkerProgram {
  /** `demo/province.sql`. */
  readonly script: string
  /** The DuckDB file to create; its folder must exist and let workers pass through. */
  readonly target: string
  /** 1 to 100 times the persons, firms and events. */
  readonly scale: number
  readonly threads?: number
  readonly memoryMiB?: number
}

const LIMITS: WorkerLimits = {
  startMs: 20_000,
  wallMs: 3_600_000,
  idleMs: 60_000,
  outputBytes: 1024 * 1024,
  cpuSeconds: 4 * 3600,
}

const NAME = 'province.duckdb'

/**
 * Writes every register of the province into one DuckDB file, the same rows for the same scale.
 *
 * @throws {RangeError} A scale that is not an integer from 1 to 100.
 * @throws {Error} Where the loader stops.
 */
export async function buildProvince(options: ProvinceOptions): Promise<void> {
  const { script, target, scale, launcher, threads = 2, memoryMiB = 2048 } = options
  if (!Number.isInteger(scale) || scale < 1 || scale > 100)
    throw new RangeError('the scale is an integer from 1 to 100')
  const sql = `CREATE MACRO scale() AS ${scale};\n${await readFile(script, 'utf8')}`
  const folder = await mkdtemp(join(dirname(resolve(target)), '.province-'))
  try {
    const { account } = launcher
    if (account !== undefined) await chown(folder, account.uid, account.gid)
    const opening = { kind: 'loader', path: folder, threads, memoryMiB } as const
    const loader = startWorker(options, opening, LIMITS)
    try {
      const order = { task: 'build', parts: 1, name: NAME } as const
      const expected = { tables: 0, rows: 0, isText: false }
      const answer = await loader.run(encodeOrder(order, [Buffer.from(sql)], expected))
      if (!answer.ok) throw new Error(`the province was not built: ${answer.failure}`)
    } finally {
      await loader.stop()
    }
    // Workers read it later as the source of an import.
    await chmod(join(folder, NAME), 0o444)
    await rename(join(folder, NAME), target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
