/** Bundles the worker once per test run, so that tests start the same file that users start. */

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export function setup(): void {
  if (!existsSync(join(ROOT, 'sandbox/worker.ts'))) return
  execFileSync('npm', ['run', '--silent', 'build:worker'], { cwd: ROOT, stdio: 'inherit' })
}
