/** Kills a log's writer and checks that what it acknowledged is still there, unchanged. */

import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openFileBlobs } from '../../src/adapters/file-blobs.ts'
import { openFileRecords } from '../../src/adapters/file-records.ts'
import { openFileSigner } from '../../src/adapters/file-signer.ts'
import { secureRandom } from '../../src/adapters/secure-random.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { parseTrustPolicy } from '../../src/core/transparency/trust-policy.ts'
import { verifyLog } from '../../src/core/transparency/verify-log.ts'
import { openJournal, type SignedJournal } from '../../src/pipeline/journal.ts'
import { required } from './required.ts'

const CHILD = join(import.meta.dirname, 'journal-child.ts')

export interface ChildRun {
  /** Leaf hash of every acknowledged entry, by index. */
  readonly acknowledged: ReadonlyMap<number, string>
  readonly status: number | null
  readonly output: string
}

export interface ChildOrder {
  readonly folder: string
  /** How many entries to write; without it the child writes until it is killed. */
  readonly entries?: number
  /** Programs in front of node, for example one that injects faults. */
  readonly wrapper?: readonly string[]
}

/** Starts a writer. It is `ready` once its log is open. */
export function startChild({ folder, entries, wrapper = [] }: ChildOrder) {
  const node = [process.execPath, '--import', 'tsx', CHILD, folder]
  const [program = '', ...rest] = [...wrapper, ...node, ...(entries ? [String(entries)] : [])]
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  const run = collect(child)
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => String(chunk).includes('R ') && resolve())
    child.on('close', () => resolve())
  })
  return { child, ready, run }
}

/** Lets a writer work for a while after it opened its log, then kills it without warning. */
export async function runAndKill(folder: string, aliveMs: number): Promise<ChildRun> {
  const { child, ready, run } = startChild({ folder })
  await ready
  await new Promise((resolve) => setTimeout(resolve, aliveMs))
  child.kill('SIGKILL')
  return run
}

export interface ReopenOptions {
  readonly segmentBytes?: number
  readonly publicationDelayMs?: number
}

/** Opens the log as a restart would; unless told otherwise it publishes only when asked. */
export async function reopen(folder: string, options: ReopenOptions = {}): Promise<SignedJournal> {
  const { segmentBytes = 200_000, publicationDelayMs = 3_600_000 } = options
  const records = await openFileRecords(join(folder, 'records'), { segmentBytes })
  try {
    return await openJournal({
      records,
      tiles: await openFileBlobs(join(folder, 'public')),
      signer: await openFileSigner(join(folder, '../log.pem'), 'glovebox.test/log'),
      clock: systemClock,
      random: secureRandom,
      software: {},
      publicationDelayMs,
    })
  } catch (error) {
    await records.close()
    throw error
  }
}

/** Opens the log again: every acknowledged entry is in it, and what is published verifies. */
export async function expectIntact(
  folder: string,
  acknowledged: ReadonlyMap<number, string>,
): Promise<void> {
  const journal = await reopen(folder)
  const hashes = new Map<number, string>()
  for await (const { index, leafHash } of journal.entries()) hashes.set(index, leafHash)
  const lost = [...acknowledged].filter(([index, hash]) => hashes.get(index) !== hash)
  expect(lost, 'acknowledged entries that are lost or changed').toEqual([])
  await journal.close()
  const report = await verifyLog({
    readFile: (path) => readFile(join(folder, 'public', path)).catch(() => undefined),
    policy: required(parseTrustPolicy(journal.trustPolicy())),
  })
  expect(report).toMatchObject({ ok: true, findings: [] })
}

async function collect(child: ChildProcess): Promise<ChildRun> {
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += String(chunk)
  })
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const lines = output.split('\n').slice(0, -1)
  const acknowledged = lines
    .filter((line) => line.startsWith('A '))
    .map((line): [number, string] => [Number(line.split(' ')[1]), line.split(' ')[2] ?? ''])
  return { acknowledged: new Map(acknowledged), status, output }
}
