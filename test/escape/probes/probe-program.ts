/**
 * Runs in a worker's place, with a worker's exact confinement: takes the name of one probe and what
 * it should reach, tries, and says what happened. A call that a tripwire guards ends it before.
 */

import { Socket } from 'node:net'
import { PROBES } from './all-probes.ts'
import { Blocked } from './kernel.ts'
import type { Stage } from './probe.ts'

interface Task {
  readonly name: string
  readonly stage: Stage
}

const line = new Socket({ fd: 3, readable: true, writable: true })
line.once('data', (bytes: Buffer) => {
  const { name, stage } = JSON.parse(bytes.toString()) as Task
  void attempt(name, stage).then((outcome) => {
    // A regular exit would flush standard output, which the filter does not let it.
    line.write(`${outcome}\n`, () => process.kill(process.pid, 'SIGKILL'))
  })
})

async function attempt(name: string, stage: Stage): Promise<string> {
  const probe = PROBES[name]
  if (probe === undefined) return 'unknown'
  try {
    await probe(stage)
    return 'open'
  } catch (error) {
    if (error instanceof Blocked) return `blocked: ${error.message}`
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return `blocked: ${code.slice(0, 80)}`
  }
}
