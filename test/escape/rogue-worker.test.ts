/**
 * Goal: a worker that was taken over can only waste its own limits and fail its own order.
 *
 * Method: processes that break the protocol in one way each, chosen by the statement they are sent;
 * other statements are answered honestly, which is the negative control.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSealedWorkers } from '../../src/adapters/sealed-workers.ts'
import { createProcessLauncher, type Launcher } from '../../src/adapters/worker-launch.ts'
import type { Workers } from '../../src/pipeline/ports.ts'
import { LEVEL_1 } from '../support/isolation.ts'
import { writeMuteWorker, writeRogueWorker } from '../support/rogue-worker.ts'
import { createScratch } from '../support/scratch.ts'

const scratch = createScratch()
let launcher: Launcher
let workers: Workers

const SETTINGS = {
  parserWallMs: 600,
  idleMs: 300,
  startMs: 5000,
  outputBytes: 4 * 1024 * 1024,
}

beforeAll(async () => {
  launcher = createProcessLauncher()
  workers = await createSealedWorkers({
    launcher,
    workerFile: writeRogueWorker(scratch.folder),
    isolation: LEVEL_1,
    databaseFile: () => '',
    settings: SETTINGS,
  })
})

afterAll(async () => {
  await workers.close()
  launcher.close()
  scratch.remove()
})

describe('a worker that breaks the protocol', () => {
  it.each([
    { behaviour: 'GIANT_LENGTH', failure: 'protocol' },
    { behaviour: 'UNKNOWN_TYPE', failure: 'protocol' },
    { behaviour: 'ORDER_BACK', failure: 'protocol' },
    { behaviour: 'BAD_JSON', failure: 'protocol' },
    { behaviour: 'DEEP_JSON', failure: 'protocol' },
    { behaviour: 'POLLUTION', failure: 'protocol' },
    { behaviour: 'LARGE_CONTROL', failure: 'protocol' },
    { behaviour: 'ENGINE_TEXT', failure: 'protocol' },
    { behaviour: 'TABLES', failure: 'protocol' },
    { behaviour: 'ROWS_FIRST', failure: 'protocol' },
    { behaviour: 'TINY_FRAMES', failure: 'protocol' },
    { behaviour: 'FLOOD', failure: 'output_limit' },
    { behaviour: 'SLOW', failure: 'time_limit' },
    { behaviour: 'SILENT', failure: 'idle_limit' },
    { behaviour: 'PARTIAL', failure: 'idle_limit' },
    { behaviour: 'HALF_CLOSE', failure: 'crash' },
    { behaviour: 'EXIT', failure: 'crash' },
    { behaviour: 'ABORT', failure: 'out_of_memory' },
    { behaviour: 'TRIPWIRE', failure: 'tripwire' },
    { behaviour: 'PROCESSOR', failure: 'cpu_limit' },
  ])('fails its own order only: $behaviour', async ({ behaviour, failure }) => {
    const [bad, next] = await Promise.all([workers.parse(behaviour), workers.parse('SELECT 1')])
    expect(bad).toEqual({ ok: false, failure })
    expect(next).toEqual({ ok: true, value: 'SELECT 1' })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('gains nothing by frames after its answer', async () => {
    expect(await workers.parse('AFTER_DONE')).toEqual({ ok: true, value: 'AFTER_DONE' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await workers.parse('SELECT 1')).toEqual({ ok: true, value: 'SELECT 1' })
  })

  it('may fill standard error without blocking or being heard', async () => {
    expect(await workers.parse('STDERR')).toEqual({ ok: true, value: 'STDERR' })
  })

  it('that never gets ready is given up on', async () => {
    const mute = createSealedWorkers({
      launcher,
      workerFile: writeMuteWorker(scratch.folder),
      isolation: LEVEL_1,
      databaseFile: () => '',
      settings: { ...SETTINGS, startMs: 300 },
    })
    await expect(mute).rejects.toThrow('time_limit')
  })
})
