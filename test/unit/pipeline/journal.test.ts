import { describe, expect, it } from 'vitest'
import { decodeBase64 } from '../../../src/core/transparency/bytes.ts'
import { readCheckpoint, signCheckpoint } from '../../../src/core/transparency/checkpoint.ts'
import { verifyConsistency, verifyInclusion } from '../../../src/core/transparency/merkle-proofs.ts'
import { Frontier, leafHash as hashLeaf } from '../../../src/core/transparency/merkle-tree.ts'
import { parseTrustPolicy } from '../../../src/core/transparency/trust-policy.ts'
import { verifyLog } from '../../../src/core/transparency/verify-log.ts'
import { InvariantViolation } from '../../../src/model/assert.ts'
import type { CommittedEntry } from '../../../src/model/audit-entry.ts'
import { LogUnavailable, openJournal, type SignedJournal } from '../../../src/pipeline/journal.ts'
import { decodeRecord, encodeRecord } from '../../../src/pipeline/journal-record.ts'
import { LogDamaged } from '../../../src/pipeline/journal-recovery.ts'
import { aDraft, jobId, openTestLog, runJobs } from '../../support/a-log.ts'
import {
  ManualClock,
  MemoryBlobs,
  MemoryRecords,
  seededRandom,
  seededSigner,
} from '../../support/journal-ports.ts'
import { naiveRoot } from '../../support/naive-tree.ts'
import { required } from '../../support/required.ts'

describe('an append', () => {
  it('answers with the exact leaf, its hash and its place', async () => {
    const { journal } = await openTestLog()
    const committed = await journal.append(aDraft({ body: { n: 1 } }))
    expect(committed.index).toBe(1)
    expect(committed.leafHash).toBe(Buffer.from(hashLeaf(committed.leaf)).toString('hex'))
    expect(JSON.parse(Buffer.from(committed.leaf).toString())).toEqual(committed.entry)
    expect(await journal.leaf(1)).toEqual(committed.leaf)
    expect(journal.size).toBe(2)
  })

  it('gives each job a gapless chain, also for concurrent writers', async () => {
    const { journal } = await openTestLog()
    const [first = [], second = []] = await Promise.all(
      [1, 2].map((job) =>
        Promise.all([0, 1, 2].map(() => journal.append(aDraft({ job: jobId(job) })))),
      ),
    )
    for (const chain of [first, second]) {
      expect(chain.map(({ entry }) => entry.jseq)).toEqual([0, 1, 2])
      expect(chain.map(({ entry }) => entry.jprev)).toEqual([
        undefined,
        chain[0]?.leafHash,
        chain[1]?.leafHash,
      ])
    }
  })

  it('never lets time run back, and shows the step in the monotonic clock', async () => {
    const { journal, clock } = await openTestLog()
    clock.ns = 5_000n
    const before = await journal.append(aDraft())
    clock.ms -= 60_000
    clock.ns = 9_000n
    const after = await journal.append(aDraft())
    expect(after.entry.ts).toBe(before.entry.ts)
    expect([before.entry.mono, after.entry.mono]).toEqual(['5000', '9000'])
  })

  it('logs nothing and leaves no gap when a draft has no leaf form', async () => {
    const { journal } = await openTestLog()
    const tooLarge = aDraft({ job: jobId(1), body: { text: 'x'.repeat(17_000) } })
    await expect(journal.append(tooLarge)).rejects.toThrow(InvariantViolation)
    await expect(journal.append(aDraft({ body: { ratio: 0.5 } }))).rejects.toThrow('safe integer')
    await expect(journal.append(aDraft({ body: { text: '\ud800' } }))).rejects.toThrow('Unicode')
    const next = await journal.append(aDraft({ job: jobId(1) }))
    expect([next.index, next.entry.jseq]).toEqual([1, 0])
  })

  it('shares one record among all entries that wait', async () => {
    const { journal, records } = await openTestLog()
    const before = records.stored.length
    await Promise.all(Array.from({ length: 500 }, () => journal.append(aDraft())))
    expect(records.stored.length).toBe(before + 1)
    const record = decodeRecord(required(records.stored.at(-1)))
    expect(record?.leaves).toHaveLength(500)
    expect(readCheckpoint(record?.checkpoint ?? '')?.size).toBe(journal.size)
  })

  it('keeps a record within its caps', async () => {
    const { journal, records } = await openTestLog()
    const body = { text: 'x'.repeat(15_000) }
    await Promise.all(Array.from({ length: 600 }, () => journal.append(aDraft({ body }))))
    await Promise.all(Array.from({ length: 5000 }, () => journal.append(aDraft())))
    for (const record of records.stored) {
      expect(record.length).toBeLessThan(4.1 * 1024 * 1024)
      expect(decodeRecord(record)?.leaves.length).toBeLessThanOrEqual(4096)
    }
  })
})

describe('opening', () => {
  it('writes log.start with what it found and what runs', async () => {
    const { journal, records } = await openTestLog()
    await runJobs(journal, 1)
    const size = journal.size
    const again = await openTestLog({ records: new MemoryRecords(records.stored), boot: 'second' })
    const [start] = await collect(again.journal, size)
    expect(start?.entry).toMatchObject({
      type: 'log.start',
      refs: { glovebox: expect.stringMatching(/^sha256:/) },
      body: { previousSize: size, tornBytes: 0, keyId: expect.stringContaining('glovebox.test') },
    })
  })

  it('writes log.recovered when a torn tail was dropped', async () => {
    const { journal } = await openTestLog({ records: new MemoryRecords([], 17) })
    const entries = await collect(journal)
    expect(entries.map(({ entry }) => [entry.type, entry.body['tornBytes']])).toEqual([
      ['log.start', 17],
      ['log.recovered', 17],
    ])
  })

  it('continues the chains of jobs', async () => {
    const { journal, records } = await openTestLog()
    const before = await journal.append(aDraft({ job: jobId(1) }))
    const again = await openTestLog({ records: new MemoryRecords(records.stored), boot: 'second' })
    const after = await again.journal.append(aDraft({ job: jobId(1) }))
    expect(after.entry).toMatchObject({ jseq: 1, jprev: before.leafHash })
  })

  it('publishes a log that verifies, across two boots and several tiles', async () => {
    const tiles = new MemoryBlobs()
    const first = await openTestLog({ tiles })
    await runJobs(first.journal, 40)
    await first.journal.close()
    const records = new MemoryRecords(first.records.stored)
    const second = await openTestLog({ tiles, records, boot: 'second' })
    await runJobs(second.journal, 40, 40)
    await second.journal.close()
    const report = await verifyLog({
      readFile: (path) => tiles.read(path),
      policy: required(parseTrustPolicy(second.journal.trustPolicy())),
    })
    expect(report).toMatchObject({ ok: true, findings: [], size: 2 * 40 * 8 + 4 })
  })
})

describe('an error of the disk', () => {
  it('stops the journal for good and tells every writer', async () => {
    const records = new MemoryRecords()
    const { journal } = await openTestLog({ records })
    const size = journal.size
    records.append = () => Promise.reject(new Error('EIO'))
    const answers = await Promise.allSettled([1, 2, 3].map(() => journal.append(aDraft())))
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(journal.inDoubt).toBe(true)
    expect(journal.size).toBe(size)
    records.append = () => Promise.resolve()
    await expect(journal.append(aDraft())).rejects.toThrow(LogUnavailable)
    await expect(journal.flushPublication()).rejects.toThrow(LogUnavailable)
    await journal.close()
    expect(records.isClosed).toBe(true)
  })

  it('also stops it when publishing fails, and an append in flight is still answered', async () => {
    const tiles = new MemoryBlobs()
    const { journal } = await openTestLog({ tiles })
    tiles.write = () => Promise.reject(new Error('ENOSPC'))
    await journal.append(aDraft())
    await expect(journal.flushPublication()).rejects.toThrow(LogUnavailable)
    expect(journal.inDoubt).toBe(true)
    await expect(journal.append(aDraft())).rejects.toThrow(LogUnavailable)
  })

  it('publishes in the background, and stops when that fails', async () => {
    const tiles = new MemoryBlobs()
    const journal = await openJournal({
      records: new MemoryRecords(),
      tiles,
      signer: seededSigner('log'),
      clock: new ManualClock(),
      random: seededRandom('boot'),
      software: {},
      publicationDelayMs: 1,
    })
    await journal.append(aDraft())
    await expect.poll(() => readCheckpoint(journal.checkpoint())?.size).toBe(journal.size)
    tiles.write = () => Promise.reject(new Error('ENOSPC'))
    await journal.append(aDraft())
    await expect.poll(() => journal.inDoubt).toBe(true)
  })
})

describe('a closed journal', () => {
  it('ends with log.stop, is published whole, and accepts nothing more', async () => {
    const { journal, records } = await openTestLog()
    await journal.close()
    await journal.close()
    const entries = await collect(journal)
    expect(entries.at(-1)?.entry.type).toBe('log.stop')
    expect(readCheckpoint(journal.checkpoint())?.size).toBe(journal.size)
    expect(records.isClosed).toBe(true)
    await expect(journal.append(aDraft())).rejects.toThrow(LogUnavailable)
  })
})

describe('reading back', () => {
  it('yields every entry from any place, up to what was durable at the call', async () => {
    const { journal } = await openTestLog()
    await runJobs(journal, 70)
    const all = await collect(journal)
    expect(all.map(({ index }) => index)).toEqual(all.map((_, n) => n))
    expect(all).toHaveLength(journal.size)
    const hashes = all.map(({ leafHash }) => leafHash)
    for (const from of [0, 255, 256, 257, 500, 560, 561]) {
      const some = await collect(journal, from)
      expect(some.map(({ leafHash }) => leafHash)).toEqual(hashes.slice(from))
    }
    const iterator = journal.entries(journal.size - 1)[Symbol.asyncIterator]()
    await iterator.next()
    await journal.append(aDraft())
    expect((await iterator.next()).done).toBe(true)
  })

  it('proves inclusion and consistency at every size', async () => {
    const { journal } = await openTestLog()
    await runJobs(journal, 70)
    const roots = await rootsOf(journal)
    for (const [index, size] of [
      [0, 1],
      [3, 7],
      [255, 256],
      [255, 257],
      [300, 561],
      [560, 561],
      [0, 512],
    ] as const) {
      const proof = (await journal.inclusionProof(index, size))?.map(bytes)
      const leaf = hashLeaf(required(await journal.leaf(index)))
      const head = { size, root: required(roots[size]) }
      expect(verifyInclusion(leaf, index, required(proof), head), `${index} in ${size}`).toBe(true)
    }
    for (const [from, to] of [
      [1, 2],
      [3, 7],
      [256, 512],
      [255, 561],
      [561, 561],
    ] as const) {
      const proof = (await journal.consistencyProof(from, to))?.map(bytes)
      const [earlier, later] = [from, to].map((size) => ({ size, root: required(roots[size]) }))
      const isConsistent = verifyConsistency(required(earlier), required(later), required(proof))
      expect(isConsistent, `${from} to ${to}`).toBe(true)
    }
  })

  it('answers undefined for a place outside the log', async () => {
    const { journal } = await openTestLog()
    const { size } = journal
    expect(await journal.leaf(size)).toBeUndefined()
    expect(await journal.leaf(-1)).toBeUndefined()
    expect(await journal.leaf(0.5)).toBeUndefined()
    expect(await journal.inclusionProof(0, size + 1)).toBeUndefined()
    expect(await journal.inclusionProof(size, size)).toBeUndefined()
    expect(await journal.consistencyProof(0, size)).toBeUndefined()
    expect(await journal.consistencyProof(size, size + 1)).toBeUndefined()
    expect(await journal.consistencyProof(2, 1)).toBeUndefined()
  })

  it('serves published files and nothing else', async () => {
    const { journal, tiles } = await openTestLog()
    await tiles.write('key.pem', Buffer.from('secret'))
    expect(String(Buffer.from(required(await journal.tile('checkpoint'))))).toBe(
      journal.checkpoint(),
    )
    expect(await journal.tile('tile/0/000.p/1')).toHaveLength(32)
    for (const path of ['key.pem', '../key.pem', 'tile/0/../../key.pem', 'tile/00/000', ''])
      expect(await journal.tile(path)).toBeUndefined()
  })
})

describe('recovery refuses', () => {
  async function storedLog() {
    const log = await openTestLog()
    await runJobs(log.journal, 3)
    await log.journal.flushPublication()
    return log
  }

  it('records cut off behind what was published', async () => {
    const { records, tiles } = await storedLog()
    const cut = new MemoryRecords(records.stored.slice(0, -1))
    await expect(openTestLog({ records: cut, tiles })).rejects.toThrow(LogDamaged)
  })

  it('records rewritten by whoever holds the key', async () => {
    const { tiles } = await storedLog()
    const other = await openTestLog({ boot: 'another history' })
    await runJobs(other.journal, 4)
    const records = new MemoryRecords(other.records.stored)
    await expect(openTestLog({ records, tiles })).rejects.toThrow('rewritten')
  })

  it('records signed by another key', async () => {
    const { records } = await storedLog()
    const stored = new MemoryRecords(records.stored)
    await expect(openTestLog({ records: stored, seed: 'thief' })).rejects.toThrow('not signed')
  })

  it('a published checkpoint signed by another key', async () => {
    const { tiles } = await storedLog()
    await expect(openTestLog({ tiles, seed: 'thief' })).rejects.toThrow('not signed')
  })

  it.each([
    ['a changed leaf', (record: Uint8Array) => flip(record, 60), /malformed|root|chain|entries/],
    ['a changed count', (record: Uint8Array) => flip(record, 3), /malformed|match/],
    ['half a record', (record: Uint8Array) => record.slice(0, record.length / 2), 'malformed'],
    ['nothing', () => new Uint8Array(0), 'malformed'],
  ])('%s inside a whole record', async (_, damage, reason) => {
    const { records } = await storedLog()
    const stored = records.stored.map((record, n) => (n === 1 ? damage(record) : record))
    const reopened = openTestLog({ records: new MemoryRecords(stored) })
    await expect(reopened).rejects.toThrow(LogDamaged)
    await expect(openTestLog({ records: new MemoryRecords(stored) })).rejects.toThrow(reason)
  })

  it('a checkpoint in the middle that states another root', async () => {
    const { records } = await storedLog()
    const stored = records.stored.map((record, n) => (n === 1 ? restate(record) : record))
    const reopened = openTestLog({ records: new MemoryRecords(stored) })
    await expect(reopened).rejects.toThrow('does not match the entries')
  })

  it('entries that break the chain of their job, even when the log signed them', async () => {
    const { journal, records } = await openTestLog()
    const [events = []] = await runJobs(journal, 1)
    const start = required(await journal.leaf(0))
    const leaves = [start, ...events.map(({ leaf }) => leaf).toSpliced(3, 1)]
    const head = { size: leaves.length, root: naiveRoot(leaves) }
    const checkpoint = signCheckpoint(head, seededSigner('log'))
    const stored = new MemoryRecords([encodeRecord({ leaves, checkpoint })])
    await expect(openTestLog({ records: stored })).rejects.toThrow('breaks the form or its chain')
    expect(records.stored.length).toBeGreaterThan(1)
  })

  it('and leaves the stored log as it was', async () => {
    const { records, tiles } = await storedLog()
    const cut = new MemoryRecords(records.stored.slice(0, -1))
    const published = new Map(tiles.files)
    await expect(openTestLog({ records: cut, tiles })).rejects.toThrow(LogDamaged)
    expect(cut.stored).toEqual(records.stored.slice(0, -1))
    expect(tiles.files).toEqual(published)
  })
})

function flip(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, n) => (n === at ? byte ^ 1 : byte))
}

/** The same record with a checkpoint of the same size over another root. */
function restate(record: Uint8Array): Uint8Array {
  const { leaves, checkpoint } = required(decodeRecord(record))
  const size = required(readCheckpoint(checkpoint)).size
  const root = hashLeaf(Buffer.from('another history'))
  return encodeRecord({ leaves, checkpoint: signCheckpoint({ size, root }, seededSigner('log')) })
}

function bytes(text: string): Uint8Array {
  return required(decodeBase64(text))
}

async function collect(journal: SignedJournal, from?: number): Promise<CommittedEntry[]> {
  const entries: CommittedEntry[] = []
  for await (const entry of journal.entries(from)) entries.push(entry)
  return entries
}

/** Root by size, computed from the leaves alone. */
async function rootsOf(journal: SignedJournal): Promise<Uint8Array[]> {
  const frontier = new Frontier()
  const roots = [frontier.root()]
  for (const { leaf } of await collect(journal)) {
    frontier.append(hashLeaf(leaf))
    roots.push(frontier.root())
  }
  return roots
}
