/**
 * Once per test run: builds the program (types are checked elsewhere), so that tests start what
 * users start, and makes an empty folder for the demo province that tests share.
 */

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

const ROOT = join(import.meta.dirname, '../..')

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the first test that needs the demo province puts it, for the others. */
    provinceHome: string
  }
}

let home: string | undefined

export function setup(project: TestProject): void {
  if (home === undefined) {
    execFileSync('npm', ['run', '--silent', 'build:test'], { cwd: ROOT, stdio: 'inherit' })
    home = mkdtempSync(join(tmpdir(), 'glovebox-province-'))
    chmodSync(home, 0o755)
  }
  project.provide('provinceHome', home)
}

export function teardown(): void {
  if (home !== undefined) rmSync(home, { recursive: true, force: true })
  home = undefined
}
