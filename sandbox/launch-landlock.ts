/**
 * Seals its own process and then becomes the worker. Needs no privileges, no namespaces and no
 * wrapper: only a kernel with Landlock and seccomp.
 *
 * Landlock and the filter bind one thread and whatever it executes, and Node has many threads, so
 * the last step is `execve`: it leaves one thread, sealed. Every step before it must succeed.
 *
 * @see Linux `Documentation/userspace-api/landlock.rst`
 */

import { readdirSync, statSync, writeSync } from 'node:fs'
import { clearCloseOnExec, execute, libraryError, limit, prctl, seal } from './kernel-calls.ts'
import { restrictFiles } from './landlock.ts'
import { NOT_SEALED, type SealOrder } from './protocol.ts'

const PR_SET_PDEATHSIG = 1
const PR_SET_NO_NEW_PRIVS = 38
const SIGKILL = 9
const NPROC = 6
const RESOURCES: Readonly<Record<SealOrder['limits'][number]['resource'], number>> = {
  cpu: 0,
  fsize: 1,
  data: 2,
  core: 4,
  nofile: 7,
  as: 9,
}
/** Standard streams and the line to the gateway. */
const INHERITED = [0, 1, 2, 3]

function sealProcess(order: SealOrder): void {
  for (const { resource, soft, hard } of order.limits)
    demand(limit(RESOURCES[resource], soft, hard), `limit ${resource}`)
  const tasks = countOwnTasks() + order.moreTasks
  demand(limit(NPROC, tasks, tasks), 'limit nproc')
  demand(prctl(PR_SET_PDEATHSIG, SIGKILL), 'parent death signal')
  // The gateway may have died before the signal was ordered; then it never comes.
  demand(process.ppid === order.parent, 'parent')
  demand(prctl(PR_SET_NO_NEW_PRIVS, 1), 'no new privileges')
  const filter = withOwnPid(Buffer.from(order.filter, 'base64'), order.ownPid)
  demand(restrictFiles(order), 'landlock')
  demand(seal(filter), 'filter')
  // Node marks every inherited descriptor; unmarked, they reach the worker.
  for (const descriptor of INHERITED) clearCloseOnExec(descriptor)
  execute(order.command, order.environment)
  demand(false, 'execute')
}

/** The kernel counts tasks per user, not per process. */
function countOwnTasks(): number {
  const mine = process.getuid?.()
  let tasks = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      if (statSync(`/proc/${name}`).uid === mine) tasks += readdirSync(`/proc/${name}/task`).length
    } catch {
      // A process that ended meanwhile has no tasks.
    }
  }
  return tasks
}

function withOwnPid(filter: Buffer, marker: number): Buffer {
  for (let at = 4; at < filter.length; at += 8)
    if (filter.readUInt32LE(at) === marker) filter.writeUInt32LE(process.pid, at)
  return filter
}

/** Standard error is for whoever runs this by hand; the gateway reads the exit code. */
function demand(holds: boolean, step: string): void {
  if (holds) return
  writeSync(2, `not sealed: ${step} (error ${libraryError()})\n`)
  process.exit(NOT_SEALED)
}

sealProcess(JSON.parse(process.argv[2] ?? '{}'))
