/** Starts one worker of a kind: what it may read and write follows from what it is opened with. */

import type { Opening } from '../../sandbox/protocol.ts'
import type { Launcher } from './worker-launch.ts'
import { type WorkerLimits, WorkerProcess } from './worker-process.ts'

export interface WorkerProgram {
  readonly launcher: Launcher
  /** The bundled worker, `dist/worker.cjs`. */
  readonly workerFile: string
}

/**
 * @param sources Files that a loader reads; a vault worker reads the snapshot it is opened with.
 * @throws {IsolationUnavailable} Where the worker could not be sealed as the launcher promises.
 */
export function startWorker(
  { launcher, workerFile }: WorkerProgram,
  opening: Opening,
  limits: WorkerLimits,
  sources: readonly string[] = [],
): WorkerProcess {
  const { kind, path, memoryMiB } = opening
  const launched = launcher.launch({
    workerFile,
    memoryMiB,
    cpuSeconds: limits.cpuSeconds,
    readable: kind === 'vault' ? [path] : sources,
    ...(kind === 'loader' ? { writable: path } : {}),
  })
  return new WorkerProcess(launched, opening, limits)
}
