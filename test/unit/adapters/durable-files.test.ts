import { mkdirSync, readFileSync, statSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder, readOrCreateSecret, writeFully } from '../../../src/adapters/durable-files.ts'
import { scratchFolder } from '../../support/scratch-folder.ts'

describe('writing', () => {
  it('goes on after a short write', async () => {
    const disk = Buffer.alloc(20)
    const file = shortFile(disk, 3)
    await writeFully(file, Buffer.from('hello world'), 5)
    expect(disk.toString('latin1', 5, 16)).toBe('hello world')
  })

  it('fails where the disk takes nothing more, instead of turning forever', async () => {
    await expect(writeFully(shortFile(Buffer.alloc(20), 0), Buffer.from('x'), 0)).rejects.toThrow(
      'no bytes',
    )
  })
})

describe('folders', () => {
  it('are made with all their parents, once', async () => {
    const path = join(scratchFolder(), 'a/b/c')
    await makeFolder(path)
    await makeFolder(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  it('keep the mode they had', async () => {
    const path = join(scratchFolder(), 'shared')
    mkdirSync(path, { mode: 0o755 })
    await makeFolder(path)
    expect(statSync(path).mode & 0o777).toBe(0o755)
  })
})

describe('a secret', () => {
  it('is made by the first of many, and read by all', async () => {
    const path = join(scratchFolder(), 'keys/secret')
    const secrets = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        readOrCreateSecret(path, () => Buffer.from(`secret ${n}`)),
      ),
    )
    expect(new Set(secrets.map(String)).size).toBe(1)
    expect(readFileSync(path, 'utf8')).toBe(String(secrets[0]))
  })
})

/** A file that takes at most `limit` bytes at a time. */
function shortFile(disk: Buffer, limit: number): FileHandle {
  const write = (bytes: Uint8Array, from: number, count: number, position: number) => {
    const taken = Math.min(count, limit)
    disk.set(bytes.subarray(from, from + taken), position)
    return Promise.resolve({ bytesWritten: taken, buffer: bytes })
  }
  return { write } as unknown as FileHandle
}
