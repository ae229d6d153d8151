/** Folders for tests that start workers: workers may run as another user and must get through. */

import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Scratch {
  readonly folder: string
  remove(): void
}

export function createScratch(): Scratch {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'glovebox-test-'))
  chmodSync(folder, 0o711)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
