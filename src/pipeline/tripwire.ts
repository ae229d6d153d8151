/**
 * What follows when a worker makes a call that only an attack makes: the kernel has ended it, the
 * audit log says so, and nothing more of that organisation runs until a steward has looked.
 */

import type { Actor } from '../model/audit-entry.ts'
import type { JobId } from '../model/job.ts'
import type { Journal, Log, WorkerAnswer, Workers } from './ports.ts'

interface AlarmWorld {
  readonly workers: Workers
  readonly journal: Journal
  readonly operations: Log
  /** Organisations whose jobs wait. */
  readonly held: Set<string>
}

/** Whose work it is, and which job, once that is in the log. */
interface Suspect {
  readonly actor: Actor
  readonly job?: JobId
}

/** The same world, where every answer of a worker is looked at first. */
export function withAlarm<World extends AlarmWorld>(world: World, suspect: Suspect): World {
  const { workers } = world
  const watch = async <T>(worker: string, answer: Promise<WorkerAnswer<T>>) => {
    const settled = await answer
    if (!settled.ok && settled.failure === 'tripwire') await raise(world, suspect, worker)
    return settled
  }
  return {
    ...world,
    workers: {
      isolation: () => workers.isolation(),
      environment: () => workers.environment(),
      parse: (sql) => watch('parser', workers.parse(sql)),
      computeCells: (work, control) => watch('vault', workers.computeCells(work, control)),
      postProcess: (work, control) => watch('post', workers.postProcess(work, control)),
      close: () => workers.close(),
    },
  }
}

/** The hold comes first: it must not wait for the log. */
async function raise(world: AlarmWorld, { actor, job }: Suspect, worker: string): Promise<void> {
  const { organisation } = actor
  world.held.add(organisation)
  world.operations.error(
    { organisation, worker, ...(job === undefined ? {} : { job }) },
    'escape attempt: a worker was ended by its tripwire, and the jobs of the organisation are held',
  )
  await world.journal.append({
    type: 'sandbox.tripwire',
    actor,
    ...(job === undefined ? {} : { job }),
    body: { worker, consequence: 'held' },
  })
}
