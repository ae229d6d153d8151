/** Known answers and public data sets that lie beside the repository, where a developer has them. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const SHARED = join(import.meta.dirname, '../../..', 'shared', 'data')

export const hasSharedData = existsSync(SHARED)

/** For suite titles: says why a suite is skipped. */
export const sharedDataNote = hasSharedData ? '' : ' (skipped: no ../shared/data)'

function readSharedText(path: string): string {
  return readFileSync(join(SHARED, path), 'utf8')
}

/** A JSON file whose shape the calling test knows. */
export function readSharedJson<T>(path: string): T {
  return JSON.parse(readSharedText(path)) as T
}
