/**
 * Goal: the log is never what a job waits for.
 * Method: sixty-four writers on a real disk for four seconds. What is gated is the processor time
 * per entry, publication included: unlike the rate, it hardly depends on what else the machine does.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { aDraft, jobId } from '../support/a-log.ts'
import { reopen } from '../support/crash-log.ts'

const WRITERS = 64
const SECONDS = 4
/** One core can then carry more than five thousand entries per second. */
const MOST_MICROSECONDS = 200
/** A stalled commit, not a slow one. */
const LONGEST_MS = 2000

it('spends little on an entry and lets none wait long', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'glovebox-throughput-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const journal = await reopen(join(folder, 'log'), {
    segmentBytes: 64 * 1024 * 1024,
    publicationDelayMs: 1000,
  })
  const first = journal.size
  const before = process.cpuUsage()
  const start = performance.now()
  let longestMs = 0
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      while (performance.now() - start < SECONDS * 1000) {
        const asked = performance.now()
        await journal.append(aDraft({ job: jobId(writer), body: { text: 'x'.repeat(250) } }))
        longestMs = Math.max(longestMs, performance.now() - asked)
      }
    }),
  )
  const { user, system } = process.cpuUsage(before)
  const entries = journal.size - first
  await journal.close()
  expect((user + system) / entries).toBeLessThan(MOST_MICROSECONDS)
  expect(longestMs).toBeLessThan(LONGEST_MS)
})
