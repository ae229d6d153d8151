import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { checkHome, HomeClosed, makeHome } from '../../../src/adapters/home-folder.ts'
import { createScratch } from '../../support/scratch.ts'

const scratch = createScratch()
afterAll(() => scratch.remove())

const SOMEBODY = { uid: 65_534, gid: 65_534 }

it('lets others pass, and see nothing, through every folder that it makes', () => {
  const umask = process.umask(0o077)
  try {
    makeHome(join(scratch.folder, 'a/b/home'))
  } finally {
    process.umask(umask)
  }
  for (const path of ['a', 'a/b', 'a/b/home'])
    expect(statSync(join(scratch.folder, path)).mode & 0o777).toBe(0o711)
  expect(() => checkHome(join(scratch.folder, 'a/b/home'), SOMEBODY)).not.toThrow()
})

it('leaves the permissions of what is there, and names the folder in the way', () => {
  const closed = join(scratch.folder, 'closed')
  mkdirSync(closed)
  chmodSync(closed, 0o700)
  const home = join(closed, 'home')
  makeHome(home)
  expect(statSync(closed).mode & 0o777).toBe(0o700)
  expect(() => checkHome(home, undefined)).not.toThrow()
  if (process.getuid?.() !== 0) return
  expect(() => checkHome(home, SOMEBODY)).toThrow(new HomeClosed(closed))
})
