/**
 * Goal: what was acknowledged survives the death of the writer at any moment.
 * Method: a child with forty writers is killed without warning, a few times over; the log it leaves
 * is opened again, compared with its acknowledgements, and verified as published. The long version
 * is test/slow/journal-faults.test.ts.
 */

import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { LogDamaged } from '../../src/pipeline/journal-recovery.ts'
import { expectIntact, reopen, runAndKill, startChild } from '../support/crash-log.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

it('survives kill -9', { timeout: 60_000 }, async () => {
  const folder = join(scratchFolder(), 'log')
  const acknowledged = new Map<number, string>()
  for (const aliveMs of [60, 150, 0]) {
    const run = await runAndKill(folder, aliveMs)
    for (const [index, hash] of run.acknowledged) acknowledged.set(index, hash)
  }
  expect(acknowledged.size).toBeGreaterThan(100)
  await expectIntact(folder, acknowledged)
})

it('recovers from the last record cut at any place, unless it was published', async () => {
  const scratch = scratchFolder()
  const folder = join(scratch, 'log')
  const journal = await reopen(folder)
  const published = journal.size
  const bytes = lastSegment(folder).bytes.length
  const cut = journal.append({
    type: 'admin.epoch',
    actor: { subject: 'system', organisation: 'test' },
    body: {},
  })
  await cut
  const { name, bytes: whole } = lastSegment(folder)
  for (let length = bytes; length < whole.length; length += 7) {
    const copy = join(scratch, `cut at ${length}`)
    cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith('lock') })
    writeFileSync(join(copy, 'records', name), whole.subarray(0, length))
    const recovered = await reopen(copy)
    const types: string[] = []
    for await (const { entry } of recovered.entries(published)) types.push(entry.type)
    expect(types).toEqual(length === bytes ? ['log.start'] : ['log.start', 'log.recovered'])
    await recovered.close()
  }
  await journal.flushPublication()
  const copy = join(scratch, 'published')
  cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith('lock') })
  writeFileSync(join(copy, 'records', name), whole.subarray(0, -1))
  await expect(reopen(copy)).rejects.toThrow(LogDamaged)
  await journal.close()
})

it('refuses a second writer while the first lives', { timeout: 20_000 }, async () => {
  const folder = join(scratchFolder(), 'log')
  const journal = await reopen(folder)
  const { run } = startChild({ folder, entries: 1 })
  expect(await run).toMatchObject({ status: 70, output: 'F WriterActive\n' })
  await journal.close()
  const second = startChild({ folder, entries: 100 })
  expect((await second.run).status).toBe(0)
})

function lastSegment(folder: string): { readonly name: string; readonly bytes: Buffer } {
  const names = readdirSync(join(folder, 'records')).filter((name) => name.endsWith('.records'))
  const name = names.toSorted().at(-1) ?? ''
  return { name, bytes: readFileSync(join(folder, 'records', name)) }
}
