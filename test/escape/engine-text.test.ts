/**
 * Goal: what the engine says about an error, which quotes rows, leaves no process.
 *
 * Method: rows carry a recognisable secret; every byte that workers send while statements and
 * imports fail on these rows is searched for it and for the engine's own words.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { Workers } from '../../src/pipeline/ports.ts'
import { createTown, csv, PEOPLE_HEADER, PRODUCTS, SECRET, type Town } from '../support/dataset.ts'
import { createRecordingLauncher } from '../support/recording-launcher.ts'

const launcher = createRecordingLauncher()
let town: Town
let workers: Workers
let snapshot: Snapshot

beforeAll(async () => {
  town = await createTown(launcher)
  ;({ workers, snapshot } = await town.open())
})

afterAll(() => town.close())

const ENGINE_WORDS = /Error|Exception|Could not|convert|Candidate|LINE 1|CSV|strict_mode/i

/** Everything that any worker sent since the last call. */
function overheard(): string {
  return launcher.launched
    .map((process) => {
      const text = process.said.toString('utf8')
      process.said = Buffer.alloc(0)
      return text
    })
    .join('\n')
}

async function run(sql: string): Promise<unknown> {
  const work = {
    snapshot,
    tenant: 'a',
    minimumIsolation: 1,
    tables: ['people', 'wages'],
    salt: '',
    maximumRows: 5,
  }
  return await workers.computeCells({ ...work, queries: [sql] })
}

describe('failing statements', () => {
  it.each([
    'SELECT CAST(note AS INTEGER) AS n FROM people WHERE note IS NOT NULL',
    'SELECT CAST(note AS DATE) AS n FROM people WHERE note IS NOT NULL',
    "SELECT strftime(CAST(note AS DATE), '%Y') AS n FROM people WHERE note IS NOT NULL",
    'SELECT date_trunc(note, born) AS n FROM people WHERE note IS NOT NULL',
    'SELECT date_part(note, born) AS n FROM people WHERE note IS NOT NULL',
    'SELECT 1 + note AS n FROM people',
    'SELECT error(note) AS n FROM people',
    'SELECT no_such_function(note) AS n FROM people',
    'SELECT note.x AS n FROM people',
    `SELECT CAST('${SECRET}' AS INTEGER) AS n FROM people`,
  ])('%s', async (sql) => {
    overheard()
    expect(await run(sql)).toMatchObject({ ok: false })
    const heard = overheard()
    expect(heard).toContain('"failure"')
    expect(heard).not.toContain(SECRET)
    expect(heard).not.toMatch(ENGINE_WORDS)
  })

  it('while a value that is asked for is heard, or this test would prove nothing', async () => {
    overheard()
    await run('SELECT note FROM people WHERE note IS NOT NULL LIMIT 1')
    expect(overheard()).toContain(SECRET)
  })
})

describe('failing imports', () => {
  it.each([
    { why: 'a value of the wrong type', row: `p1,f,${SECRET},x` },
    { why: 'a value outside the domain', row: `p1,${SECRET},2000-01-01,x` },
    { why: 'too many fields', row: `p1,f,2000-01-01,x,${SECRET}` },
    { why: 'too few fields', row: `p1,${SECRET}` },
    { why: 'an open quote', row: `p1,f,2000-01-01,"${SECRET}` },
  ])('$why', async ({ row }) => {
    overheard()
    const path = town.write('leaky.csv', csv(PEOPLE_HEADER, [`p0,f,2000-01-01,${SECRET}`, row]))
    const sources = [{ path, product: 'people' }]
    const result = await town.importer.import({ dataset: 'town', products: PRODUCTS, sources })
    expect(result).toMatchObject({ ok: false, problem: { code: 'import-rejected' } })
    const heard = overheard()
    expect(heard).toContain('"fault"')
    expect(heard + JSON.stringify(result)).not.toContain(SECRET)
    expect(heard).not.toMatch(ENGINE_WORDS)
  })
})
