import { mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFileBlobs } from '../../../src/adapters/file-blobs.ts'
import { scratchFolder } from '../../support/scratch-folder.ts'

describe('file blobs', () => {
  it('are written whole, replaced, read and erased', async () => {
    const blobs = await openFileBlobs(scratchFolder())
    expect(await blobs.read('a/b/c')).toBeUndefined()
    await blobs.write('a/b/c', Buffer.from('one'))
    await blobs.write('a/b/c', Buffer.from('two'))
    expect(String(await blobs.read('a/b/c'))).toBe('two')
    await blobs.erase('a/b/c')
    await blobs.erase('a/b/c')
    expect(await blobs.read('a/b/c')).toBeUndefined()
    expect(await blobs.read('a/b/c/d')).toBeUndefined()
  })

  it('can be written at the same time', async () => {
    const blobs = await openFileBlobs(scratchFolder())
    const names = Array.from({ length: 40 }, (_, n) => `x${n % 4}/y/${n}`)
    await Promise.all(names.map((name) => blobs.write(name, Buffer.from(name))))
    for (const name of names) expect(String(await blobs.read(name))).toBe(name)
  })

  it('can be read by their owner only', async () => {
    const root = join(scratchFolder(), 'blobs')
    const blobs = await openFileBlobs(root)
    await blobs.write('folder/file', Buffer.from('secret'))
    expect(statSync(root).mode & 0o777).toBe(0o700)
    expect(statSync(join(root, 'folder')).mode & 0o777).toBe(0o700)
    expect(statSync(join(root, 'folder/file')).mode & 0o777).toBe(0o600)
  })

  it.each([
    '',
    '/',
    '/etc/passwd',
    '..',
    '../outside',
    'a/../../outside',
    'a//b',
    'a/./b',
    '.tmp/x',
    'a\\b',
    'a\0b',
    'a/',
    'ü',
  ])('refuse the path %j', async (path) => {
    const root = join(scratchFolder(), 'blobs')
    const blobs = await openFileBlobs(root)
    await expect(blobs.write(path, Buffer.from('x'))).rejects.toThrow('plain segments')
    await expect(blobs.read(path)).rejects.toThrow('plain segments')
    await expect(blobs.erase(path)).rejects.toThrow('plain segments')
  })

  it('do not follow a link that someone put in their place', async () => {
    const root = scratchFolder()
    writeFileSync(join(root, 'target'), 'secret')
    const blobs = await openFileBlobs(join(root, 'blobs'))
    symlinkSync(join(root, 'target'), join(root, 'blobs/link'))
    await expect(blobs.read('link')).rejects.toThrow('ELOOP')
    await blobs.write('link', Buffer.from('mine'))
    expect(String(await blobs.read('link'))).toBe('mine')
  })

  it('remove what an old crash left half-written, and nothing younger', async () => {
    const root = scratchFolder()
    mkdirSync(join(root, '.tmp'))
    const [old, young] = [join(root, '.tmp/old'), join(root, '.tmp/young')]
    writeFileSync(old, 'half')
    writeFileSync(young, 'half')
    utimesSync(old, 1, 1)
    await openFileBlobs(root)
    expect(readdirSync(join(root, '.tmp'))).toEqual(['young'])
  })
})
