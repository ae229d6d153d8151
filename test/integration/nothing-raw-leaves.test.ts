/**
 * Goal: no raw row, no engine message and no literal of a statement is readable outside the snapshot.
 * Method: known raw values are looked for in every byte the system wrote or sent: every file of the
 * home folder but the snapshots and the encrypted vault's keys, every HTTP answer, both streams.
 * Negative control: the same search finds those values in the snapshot itself.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDemoHome, type DemoHome, QUESTIONS } from '../support/demo-home.ts'
import { clientOf, type GatewayProcess, startGateway } from '../support/gateway-process.ts'

const LITERAL = 'LITERAL-9F3'

/** Statements that try to carry a value out, each through another door. */
const HOSTILE = [
  'SELECT name, id_no, mobile FROM person_base LIMIT 3',
  'SELECT max(id_no) AS a FROM person_base',
  "SELECT string_agg(id_no, ',') AS a FROM mi_settle",
  "SELECT count(*) AS n FROM mi_settle WHERE CAST(icd10 AS INTEGER) > 0 AND icd10 <> 'LITERAL-9F3'",
  "SELECT count(*) AS n FROM mi_settle WHERE error(icd10) = 'LITERAL-9F3'",
  "SELECT sex, count(*) AS n FROM person_base GROUP BY sex HAVING error('LITERAL-9F3') = 1",
  "SELECT count(*) AS n FROM read_csv('/etc/passwd')",
  'SELECT id_no, count(*) AS n FROM mi_settle GROUP BY id_no',
  'SELECT birth_date, count(*) AS n FROM person_base GROUP BY birth_date',
  "SELECT sex, count(*) || CAST('LITERAL-9F3' AS INTEGER) AS n FROM person_base GROUP BY sex",
]

let demo: DemoHome
let gateway: GatewayProcess
const answers: Buffer[] = []

beforeAll(async () => {
  demo = await createDemoHome('leak')
  gateway = await startGateway(demo.home)
  const operator = clientOf(gateway.url, demo.tokens['operator-a'])
  const { agreement, purpose, sql } = QUESTIONS.hospital
  for (const statement of [...HOSTILE, sql, `${sql}${' '.repeat(20_000)}`]) {
    const request = { agreement, purpose, sql: statement }
    await keep(await operator.post('/v1/jobs:explain', request))
    const submitted = await operator.post('/v1/jobs', request)
    const { id } = JSON.parse((await keep(submitted)).toString()) as { id?: string }
    if (id === undefined) continue
    await operator.finish(id)
    for (const path of ['', '/result', '/result?format=csv', '/result?format=arrow', '/receipt'])
      await keep(await operator.get(`/v1/jobs/${id}${path}`))
  }
  const auditor = clientOf(gateway.url, demo.tokens.auditor)
  for (let index = 0; index < 20; index++)
    await keep(await auditor.get(`/v1/audit/entries/${index}`))
}, 60_000)

afterAll(() => gateway.kill('SIGTERM'))

async function keep(response: Response): Promise<Buffer> {
  const bytes = Buffer.from(await response.arrayBuffer())
  answers.push(Buffer.from(JSON.stringify([...response.headers])), bytes)
  return bytes
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

async function rawValues(): Promise<readonly string[]> {
  const database = filesBelow(join(demo.home, 'snapshots/.')).find((path) =>
    path.endsWith('data.duckdb'),
  )
  const instance = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(
    'SELECT id_no, mobile, address FROM person_base USING SAMPLE reservoir(500 ROWS) REPEATABLE (7)',
  )
  const values = reader.getRows().flatMap((row) => row.map(String))
  connection.closeSync()
  instance.closeSync()
  return values
}

it('finds no raw value in anything that was written or sent', async () => {
  const values = await rawValues()
  const written = filesBelow(demo.home)
    .filter((path) => !path.includes('/snapshots/'))
    .map((path) => readFileSync(path))
  const everything = Buffer.concat([...written, ...answers, Buffer.from(gateway.output())])
  expect(everything.length).toBeGreaterThan(50_000)
  expect(values.filter((value) => everything.includes(value))).toEqual([])

  const snapshot = filesBelow(join(demo.home, 'snapshots/.')).map((path) => readFileSync(path))
  const raw = Buffer.concat(snapshot)
  expect(values.some((value) => raw.includes(value))).toBe(true)
})

it('finds no literal of a statement outside the encrypted vault', () => {
  const written = filesBelow(demo.home).filter((path) => !path.includes('/snapshots/'))
  const clear = written.filter((path) => readFileSync(path).includes(LITERAL))
  expect(clear).toEqual([])
  expect(gateway.output()).not.toContain(LITERAL)
})

it('finds no words of the engine in any answer', () => {
  const everything = Buffer.concat(answers).toString('utf8')
  expect(everything).not.toMatch(
    /Conversion Error|Binder Error|Parser Error|Catalog Error|Could not convert|Invalid Input|DuckDB/i,
  )
})
