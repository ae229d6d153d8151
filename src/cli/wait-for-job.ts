/** Follows a job until it needs no more waiting. */

import { JobView } from '../model/api.ts'
import type { JobState } from '../model/job.ts'
import type { Answer, Client } from './client.ts'
import type { Printer } from './printer.ts'
import { STATE_NAMES } from './show-job.ts'
import type { World } from './world.ts'

const POLL_INTERVAL_MS = 250

/** `quarantined` is not among them: a person decides when it ends. */
const MOVING: readonly JobState[] = ['submitted', 'admitted', 'queued', 'running', 'computed']

interface Waiting {
  readonly client: Client
  readonly printer: Printer
  readonly world: Pick<World, 'sleep'>
}

export async function waitForJob(
  { client, printer, world }: Waiting,
  id: string,
): Promise<Answer<JobView>> {
  for (;;) {
    const job = await client.get(`/v1/jobs/${id}`, JobView)
    if (!job.ok || !MOVING.includes(job.value.state)) {
      printer.settle()
      return job
    }
    const { state, progress } = job.value
    printer.progress(`${id}  ${printer.say(STATE_NAMES[state])}  ${Math.round(progress)} %`)
    await world.sleep(POLL_INTERVAL_MS)
  }
}
