/**
 * A worker that tries to get out, so that a level of isolation is claimed from what happened and not
 * from what was configured. It runs at start-up, holds no data, and harms nothing it reaches.
 */

import { spawn } from 'node:child_process'
import { chmod, open, readFile, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { NO_FILE, openSealed, quoteText, withConnection } from './lockdown.ts'
import type { CanaryTask, Opening } from './protocol.ts'

/** Resolves when the attempt succeeded; rejects when something stopped it. */
type Attempt = (task: CanaryTask) => Promise<unknown>

const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  read_other_file: ({ file }) => readFile(file),
  stat_other_file: ({ file }) => stat(file),
  write_snapshot: async ({ snapshot }) => {
    // The owner of a read-only file can make it writable.
    await chmod(snapshot, 0o600)
    await (await open(snapshot, 'r+')).close()
  },
  create_file: ({ scratch }) => writeFile(`${scratch}/created`, ''),
  signal_gateway: async () => process.kill(process.ppid, 0),
  read_gateway_environment: () => readFile(`/proc/${process.ppid}/environ`),
  inherit_environment: async ({ secret }) => {
    const known = Object.entries(process.env).map(([name, value]) => `${name}=${value}`)
    if (known.includes(secret)) return
    // What a process was started with stays readable, even where it was deleted since.
    const environment = await readFile('/proc/self/environ', 'latin1')
    if (!environment.includes(secret)) throw new Error('not inherited')
  },
  start_process: ({ node }) => settled(spawn(node, ['--version'], { stdio: 'ignore' }), 'spawn'),
  connect_network: ({ port }) => settled(connect(port, '127.0.0.1'), 'connect'),
}

/** The engine must stop these by itself at every level. */
const ENGINE_ATTEMPTS: Readonly<Record<string, (task: CanaryTask) => string>> = {
  engine_read_file: ({ file }) => `SELECT content FROM read_text(${quoteText(file)})`,
  engine_write_file: ({ scratch }) => `COPY (SELECT 1) TO ${quoteText(`${scratch}/copied`)}`,
  engine_attach_file: ({ scratch }) => `ATTACH ${quoteText(`${scratch}/attached`)} AS other`,
  engine_load_extension: () => 'INSTALL httpfs',
  engine_change_settings: () => 'SET memory_limit = 0',
}

/** Answers for each attempt whether something stopped it. */
export async function tryToEscape(
  opening: Opening,
  task: CanaryTask,
): Promise<Readonly<Record<string, boolean>>> {
  const stopped: Record<string, boolean> = {}
  for (const [name, attempt] of Object.entries(ATTEMPTS))
    stopped[name] = await isStopped(async () => await attempt(task))
  const instance = await openSealed(NO_FILE, opening)
  for (const [name, sql] of Object.entries(ENGINE_ATTEMPTS)) {
    const run = () => withConnection(instance, (connection) => connection.run(sql(task)))
    stopped[name] = await isStopped(run)
  }
  return stopped
}

async function isStopped(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt()
    return false
  } catch {
    return true
  }
}

function settled(
  source: { once(event: string, listener: (...args: never[]) => void): unknown },
  event: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    source.once(event, () => resolve())
    source.once('error', reject)
  })
}
