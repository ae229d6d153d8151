/**
 * Once per test run: builds the program (types are checked elsewhere), so that tests start what
 * users start, and imports the demo province into a home that tests share and do not change.
 */

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

const ROOT = join(import.meta.dirname, '../..')

declare module 'vitest' {
  export interface ProvidedContext {
    /** Home folder with a snapshot of the demo province, its keys, and nothing else. */
    provinceHome: string
  }
}

let home: string | undefined

export async function setup(project: TestProject): Promise<void> {
  if (home === undefined) {
    execFileSync('npm', ['run', '--silent', 'build:test'], { cwd: ROOT, stdio: 'inherit' })
    home = mkdtempSync(join(tmpdir(), 'glovebox-province-'))
    chmodSync(home, 0o755)
    const built = join(ROOT, 'dist/src/composition/demo-home.js')
    const { ensureProvince } = (await import(
      built
    )) as typeof import('../../src/composition/demo-home.ts')
    await ensureProvince({ home, policies: join(ROOT, 'policies'), project: ROOT }, 1)
  }
  project.provide('provinceHome', home)
}

export function teardown(): void {
  if (home !== undefined) rmSync(home, { recursive: true, force: true })
  home = undefined
}
