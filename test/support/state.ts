/** Throw-away folders for tests that need real files; removed when the test process ends. */

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []

export function temporaryFolder(label: string): string {
  if (made.length === 0)
    process.on('exit', () => {
      for (const folder of made) rmSync(folder, { recursive: true, force: true })
    })
  const folder = mkdtempSync(join(tmpdir(), `glovebox-${label}-`))
  made.push(folder)
  // Workers that run under an account of their own must be able to pass through.
  chmodSync(folder, 0o755)
  return folder
}
