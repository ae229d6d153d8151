/**
 * The worker program, started at the highest level of isolation that this system proves to keep, and
 * lying where workers can reach it: in place, or copied out of a closed folder.
 */

import { existsSync } from 'node:fs'
import { chmod, cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { IsolationReport } from '../model/isolation.ts'
import type { Text } from '../model/text.ts'
import { proveIsolation } from './prove-isolation.ts'
import { createBubblewrapLauncher } from './sealing/bubblewrap-launcher.ts'
import { explainFacts } from './sealing/isolation-hints.ts'
import { createLandlockLauncher } from './sealing/landlock-launcher.ts'
import { readSystemFacts, type SystemFacts } from './sealing/system-facts.ts'
import type { WorkerProgram } from './start-worker.ts'
import { makeTemporaryFolder, sweepTemporaryFolders } from './temporary-folders.ts'
import {
  createProcessLauncher,
  IsolationUnavailable,
  isReadableBy,
  type Launcher,
  UNPRIVILEGED,
} from './worker-launch.ts'

export interface OpenWorkerProgram extends WorkerProgram {
  /** What the canary met. */
  readonly isolation: IsolationReport
  /** Why it is not a higher level. */
  readonly hints: readonly Text[]
  close(): Promise<void>
}

export interface ProgramFiles {
  readonly workerFile: string
  readonly launcherFile: string
}

/** A way to start workers that this system may offer. */
export interface Candidate {
  readonly mechanism: IsolationReport['mechanism']
  /** @throws {IsolationUnavailable} Where the system lacks something after all. */
  readonly create: () => Launcher
}

const WORKER = 'worker.cjs'
const LAUNCHER = 'launch-landlock.cjs'
/** Loaded at run time: the engine, what chooses its build, and what calls the kernel. */
const PACKAGES = ['@duckdb', 'detect-libc', 'koffi', '@koromix']

/**
 * Tries every level from the highest down, each with a canary, and keeps the first that holds.
 * Removes the temporary folders of killed processes first.
 *
 * @param project Folder that holds `dist/` and `node_modules/`.
 * @param environment Of the gateway: what the canary must not find.
 * @throws {IsolationUnavailable} Where not even a plain process keeps what it promises.
 */
export async function openWorkerProgram(
  project: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<OpenWorkerProgram> {
  sweepTemporaryFolders()
  const place = await placeProgram(project)
  const facts = readSystemFacts(place.launcherFile)
  const hints = [...explainFacts(facts)]
  for (const { mechanism, create } of findCandidates(place, facts)) {
    let launcher: Launcher | undefined
    try {
      launcher = create()
      const { workerFile } = place
      const isolation = await proveIsolation({ launcher, workerFile }, environment)
      return { launcher, workerFile, isolation, hints, close: closing(launcher, place) }
    } catch (error) {
      launcher?.close()
      if (!(error instanceof IsolationUnavailable)) throw error
      hints.push({
        en: `${mechanism} does not hold here: ${error.message}`,
        zh: `${mechanism} 在此无效：${error.message}`,
      })
    }
  }
  await place.remove()
  throw new IsolationUnavailable(hints.map(({ en }) => en).join('\n'))
}

/** What the facts allow, highest level first. */
export function findCandidates(
  { workerFile, launcherFile }: ProgramFiles,
  facts: SystemFacts,
): readonly Candidate[] {
  const landlock = (withNamespaces: boolean): Candidate => ({
    mechanism: withNamespaces ? 'unshare+landlock' : 'landlock',
    create: () => createLandlockLauncher({ workerFile, launcherFile, withNamespaces }),
  })
  const canSeal = facts.platform === 'linux' && facts.hasKoffi
  const bubblewrap: Candidate = {
    mechanism: 'bwrap',
    create: () => createBubblewrapLauncher(workerFile),
  }
  return [
    ...(facts.bubblewrap.ok ? [bubblewrap] : []),
    ...(canSeal && facts.namespaces.ok ? [landlock(true)] : []),
    ...(canSeal ? [landlock(false)] : []),
    { mechanism: 'process', create: () => createProcessLauncher() },
  ]
}

interface Place extends ProgramFiles {
  remove(): Promise<void>
}

/**
 * A gateway that runs as root starts workers under an account that owns nothing; where that account
 * may not pass through the project's folder, the program is copied to one of its own.
 */
async function placeProgram(project: string): Promise<Place> {
  const dist = join(project, 'dist')
  const workerFile = join(dist, WORKER)
  if (process.getuid?.() !== 0 || isReadableBy(workerFile, UNPRIVILEGED))
    return { workerFile, launcherFile: join(dist, LAUNCHER), remove: async () => undefined }

  const folder = makeTemporaryFolder('program')
  await chmod(folder, 0o755)
  for (const name of [WORKER, LAUNCHER]) await cp(join(dist, name), join(folder, name))
  for (const name of PACKAGES) {
    const source = join(project, 'node_modules', name)
    if (!existsSync(source)) continue
    await cp(source, join(folder, 'node_modules', name), { recursive: true, dereference: true })
  }
  return {
    workerFile: join(folder, WORKER),
    launcherFile: join(folder, LAUNCHER),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

function closing(launcher: Launcher, place: Place): () => Promise<void> {
  return async () => {
    launcher.close()
    await place.remove()
  }
}
