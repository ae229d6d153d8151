/** Known answers from other projects, which lie beside the project when it is developed. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'

const FOLDER = join(import.meta.dirname, '../../..', 'shared/vectors/audit')

/** Where a set of vectors lies. A test without its set is skipped and says so. */
export function vectorFolder(name: string, { skip }: TestContext): string {
  const folder = join(FOLDER, name)
  if (!existsSync(folder)) skip(`no vectors at ../shared/vectors/audit/${name}`)
  return folder
}

/** All JSON files below a folder, as text, with their paths. */
export function jsonFiles(folder: string): { readonly path: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
}
