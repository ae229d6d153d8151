/** Every way to start workers that this system offers, so that one test runs at each level. */

import { join } from 'node:path'
import { readSystemFacts } from '../../src/adapters/sealing/system-facts.ts'
import { type Candidate, findCandidates } from '../../src/adapters/worker-program.ts'

const DIST = join(import.meta.dirname, '../../dist')

export const PROGRAM = {
  workerFile: join(DIST, 'worker.cjs'),
  launcherFile: join(DIST, 'launch-landlock.cjs'),
}

/** Highest level first; `process` is always there. */
export const CANDIDATES: readonly Candidate[] = findCandidates(
  PROGRAM,
  readSystemFacts(PROGRAM.launcherFile),
)

export const SEALED = CANDIDATES.filter(({ mechanism }) => mechanism !== 'process')

/** Mechanisms that a test cannot try here, for the name of a skipped test. */
export const UNTESTED = (['bwrap', 'unshare+landlock', 'landlock'] as const).filter(
  (mechanism) => !SEALED.some((candidate) => candidate.mechanism === mechanism),
)
