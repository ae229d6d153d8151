/** A folder that exists for one test. */

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** In memory where the system offers it: many tests sync, and a test outlives no power cut. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export function scratchFolder(): string {
  const folder = mkdtempSync(join(PLACE, 'glovebox-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
