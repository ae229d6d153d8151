import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import {
  makeTemporaryFolder,
  sweepTemporaryFolders,
} from '../../../src/adapters/temporary-folders.ts'
import { scratchFolder } from '../../support/scratch-folder.ts'

it('removes folders of processes that are gone, and no others', () => {
  const place = scratchFolder()
  const made = makeTemporaryFolder('worker')
  const own = join(place, basename(made))
  rmSync(made, { recursive: true })
  const dead = String(spawnSync(process.execPath, ['--version']).pid)
  const ofDead = own.replace(`-${process.pid}-`, `-${dead}-`)
  const elsewhere = ofDead.replace(/worker-\d+-/, 'worker-1-')
  const similar = join(place, 'glovebox-worker-mine')
  for (const folder of [own, ofDead, elsewhere, similar]) mkdirSync(folder)
  writeFileSync(join(ofDead, 'file'), '')
  sweepTemporaryFolders(place)
  expect([own, ofDead, elsewhere, similar].map((folder) => existsSync(folder))).toEqual([
    true,
    false,
    true,
    true,
  ])
})
