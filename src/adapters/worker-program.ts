/** The worker program where workers can reach it: in place, or copied out of a closed folder. */

import { chmod, cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorkerProgram } from './start-worker.ts'
import { makeTemporaryFolder, sweepTemporaryFolders } from './temporary-folders.ts'
import { createProcessLauncher, isReadableBy } from './worker-launch.ts'

export interface OpenWorkerProgram extends WorkerProgram {
  close(): Promise<void>
}

/** The bundle and the packages it loads at run time: the engine, and what chooses its build. */
const BUNDLE = 'worker.cjs'
const PACKAGES = ['@duckdb', 'detect-libc']

/**
 * Removes the temporary folders of killed processes first.
 *
 * A gateway that runs as root starts workers under an account that owns nothing; where that account
 * may not pass through the project's folder, the program is copied to one of its own.
 *
 * @param project Folder that holds `dist/` and `node_modules/`.
 */
export async function openWorkerProgram(project: string): Promise<OpenWorkerProgram> {
  sweepTemporaryFolders()
  const launcher = createProcessLauncher()
  const workerFile = join(project, 'dist', BUNDLE)
  const { account } = launcher
  if (account === undefined || isReadableBy(workerFile, account))
    return { launcher, workerFile, close: async () => launcher.close() }

  const folder = makeTemporaryFolder('program')
  await chmod(folder, 0o755)
  await cp(workerFile, join(folder, BUNDLE))
  for (const name of PACKAGES) {
    const source = join(project, 'node_modules', name)
    await cp(source, join(folder, 'node_modules', name), { recursive: true, dereference: true })
  }
  return {
    launcher,
    workerFile: join(folder, BUNDLE),
    close: async () => {
      launcher.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
