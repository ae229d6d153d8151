import { describe, expect, it } from 'vitest'
import { leafHash } from '../../../src/core/transparency/merkle-tree.ts'
import { parseTrustPolicy } from '../../../src/core/transparency/trust-policy.ts'
import { verifyLog } from '../../../src/core/transparency/verify-log.ts'
import { Publication } from '../../../src/pipeline/publication.ts'
import { openTestLog, runJobs } from '../../support/a-log.ts'
import { MemoryBlobs, MemoryRecords } from '../../support/journal-ports.ts'
import { required } from '../../support/required.ts'

function grow(publication: Publication, from: number, to: number): void {
  for (let n = from; n < to; n++) {
    const leaf = Buffer.from(`leaf-${n}`)
    publication.add(leaf, leafHash(leaf))
  }
  publication.offer({ size: to, note: `note of ${to}` })
}

describe('publishing', () => {
  it('writes every file before the checkpoint', async () => {
    const tiles = new MemoryBlobs()
    const publication = new Publication(tiles)
    grow(publication, 0, 300)
    await publication.flush()
    expect(tiles.history.at(-1)).toBe('checkpoint')
    expect([...tiles.files.keys()].toSorted()).toEqual([
      'checkpoint',
      'tile/0/000',
      'tile/0/001.p/44',
      'tile/1/000.p/1',
      'tile/entries/000',
      'tile/entries/001.p/44',
    ])
  })

  it('never shows a checkpoint when a file cannot be written, or reads back differently', async () => {
    for (const broken of ['write', 'read'] as const) {
      const tiles = new MemoryBlobs()
      const publication = new Publication(tiles)
      grow(publication, 0, 300)
      const [write, read] = [tiles.write.bind(tiles), tiles.read.bind(tiles)]
      const isTarget = (path: string) => path === 'tile/entries/001.p/44'
      tiles.write = (path, bytes) =>
        broken === 'write' && isTarget(path) ? Promise.reject(new Error('EIO')) : write(path, bytes)
      tiles.read = async (path) => {
        const bytes = await read(path)
        if (broken === 'read' && isTarget(path))
          return bytes?.map((byte, n) => (n === 9 ? byte ^ 1 : byte))
        return bytes
      }
      await expect(publication.flush()).rejects.toThrow()
      expect(tiles.files.has('checkpoint')).toBe(false)
      expect(publication.published).toBeUndefined()
      // Not even when the disk says that it is well again.
      Object.assign(tiles, { write, read })
      await expect(publication.flush()).rejects.toThrow('failed before')
      expect(tiles.files.has('checkpoint')).toBe(false)
    }
  })

  it('publishes one size while the log grows, then the next', async () => {
    const tiles = new MemoryBlobs()
    const publication = new Publication(tiles)
    grow(publication, 0, 10)
    const first = publication.flush()
    grow(publication, 10, 20)
    await first
    expect(publication.published).toEqual({ size: 10, note: 'note of 10' })
    await Promise.all([publication.flush(), publication.flush()])
    expect(publication.published).toEqual({ size: 20, note: 'note of 20' })
    expect(tiles.history.filter((path) => path === 'checkpoint')).toHaveLength(2)
  })

  it('removes partial files once their full one is published, and only then', async () => {
    const tiles = new MemoryBlobs()
    const publication = new Publication(tiles)
    for (const [from, to] of [
      [0, 3],
      [3, 255],
      [255, 256],
    ] as const) {
      grow(publication, from, to)
      await publication.flush()
    }
    const removed = tiles.history.filter((path) => path.startsWith('-'))
    expect(removed.toSorted()).toEqual([
      '-tile/0/000.p/255',
      '-tile/0/000.p/3',
      '-tile/entries/000.p/255',
      '-tile/entries/000.p/3',
    ])
    expect(tiles.history.indexOf('tile/0/000')).toBeLessThan(
      tiles.history.indexOf(removed[0] ?? ''),
    )
    expect(publication.backlogBytes).toBe(0)
  })

  it('also removes what an earlier process left partial', async () => {
    const tiles = new MemoryBlobs()
    const first = await openTestLog({ tiles })
    await runJobs(first.journal, 2)
    await first.journal.flushPublication()
    const records = new MemoryRecords(first.records.stored)
    const second = await openTestLog({ tiles, records, boot: 'second' })
    await runJobs(second.journal, 40, 2)
    await second.journal.flushPublication()
    const partials = [...tiles.files.keys()].filter((path) => path.startsWith('tile/0/000.p/'))
    expect(partials).toEqual([])
  })
})

describe('opening a log', () => {
  it('writes published files again that are missing or were changed', async () => {
    const tiles = new MemoryBlobs()
    const first = await openTestLog({ tiles })
    await runJobs(first.journal, 70)
    await first.journal.close()
    tiles.files.delete('tile/0/000')
    tiles.files.set('tile/entries/001', Buffer.from('changed'))
    const records = new MemoryRecords(first.records.stored)
    const second = await openTestLog({ tiles, records, boot: 'second' })
    await second.journal.flushPublication()
    const report = await verifyLog({
      readFile: (path) => tiles.read(path),
      policy: required(parseTrustPolicy(second.journal.trustPolicy())),
    })
    expect(report).toMatchObject({ ok: true, findings: [] })
    const start = JSON.parse(
      String(Buffer.from(required(await second.journal.leaf(first.journal.size)))),
    )
    expect(start).toMatchObject({ type: 'log.start', body: { restoredFiles: 2 } })
  })

  it('builds the whole directory anew from the records', async () => {
    const first = await openTestLog()
    await runJobs(first.journal, 70)
    const records = new MemoryRecords(first.records.stored)
    const { journal, tiles } = await openTestLog({ records, boot: 'second' })
    const policy = required(parseTrustPolicy(journal.trustPolicy()))
    expect(await verifyLog({ readFile: (path) => tiles.read(path), policy })).toMatchObject({
      ok: true,
      size: 562,
    })
  })
})
