/**
 * Goal: commands and the demo find what is wrong with real logs and real receipts.
 * Method: a journal publishes a log into memory; nothing in it is faked.
 */

import { beforeAll, describe, expect, it } from 'vitest'
import { OFFLINE_VERIFIERS } from '../../../src/cli/offline-verifiers.ts'
import { tamperWithTime } from '../../../src/cli/tamper.ts'
import { jobId } from '../../support/a-log.ts'
import { aReceiptedLog, type ReceiptedLog, resultOf } from '../../support/a-receipt.ts'
import { createTestWorld, type TestWorld } from '../../support/test-world.ts'

const VERIFY_LOG = ['audit', 'verify', 'copy', '--trust', 'trust']
const VERIFY_RECEIPT = ['receipt', 'verify', 'receipt', '--result', 'result', '--trust', 'trust']

let log: ReceiptedLog
beforeAll(async () => {
  log = await aReceiptedLog(3)
})

/** A folder with a copy of the log, the receipt of job 1, its result, and the policy to trust. */
function worldWithCopy(): TestWorld {
  const world = createTestWorld({ overrides: { verifiers: OFFLINE_VERIFIERS } })
  for (const [path, bytes] of log.tiles.files) world.files.set(`copy/${path}`, bytes)
  world.files.set('receipt', log.receipts[1] ?? new Uint8Array())
  world.files.set('result', resultOf(1))
  world.files.set('trust', Buffer.from(log.policy))
  return world
}

describe('audit verify', () => {
  it('accepts a log that nobody touched', async () => {
    const { code, out } = await worldWithCopy().run(...VERIFY_LOG)
    expect({ code, out }).toEqual({
      code: 0,
      out: `✓ ${log.journal.size} entries: every hash, chain and signature holds\n`,
    })
  })

  it('names the entry in which one bit was changed', async () => {
    const { run, files } = worldWithCopy()
    const copy = {
      place: 'copy',
      read: async (path: string) => files.get(`copy/${path}`),
      write: async (path: string, bytes: Uint8Array) => {
        files.set(`copy/${path}`, bytes)
      },
    }
    const isTarget = (leaf: string) => leaf.includes(jobId(1)) && leaf.includes('result.released')
    const tampering = await tamperWithTime(copy, log.journal.size, isTarget)
    const { code, out } = await run(...VERIFY_LOG)
    expect(code).toBe(1)
    expect(out).toContain(`The first bad entry: entry ${tampering?.index}\n`)
  })

  it('takes no word from a log that is signed by another key', async () => {
    const { run, files } = worldWithCopy()
    files.set('trust', Buffer.from((await aReceiptedLog(1, 'another')).policy))
    expect((await run(...VERIFY_LOG)).code).toBe(1)
  })

  it('exits with 2 when the trust file is no policy', async () => {
    const { run, files } = worldWithCopy()
    files.set('trust', Buffer.from('trust me'))
    expect((await run(...VERIFY_LOG)).code).toBe(2)
  })
})

describe('receipt verify', () => {
  it('accepts a receipt with its result', async () => {
    const { code, out } = await worldWithCopy().run(...VERIFY_RECEIPT)
    expect(code).toBe(0)
    expect(out).toContain('✓ result: ')
    expect(out).not.toContain('✗')
  })

  it('refuses another result, and fails in no other check', async () => {
    const { run, files } = worldWithCopy()
    files.set('result', resultOf(2))
    const { code, out } = await run(...VERIFY_RECEIPT)
    expect(code).toBe(1)
    expect(out.match(/✗ \w+/g)).toEqual(['✗ result'])
  })
})
