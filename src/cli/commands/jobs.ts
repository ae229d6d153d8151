/** `jobs` and `cancel`. */

import { JobListView, JobView } from '../../model/api.ts'
import { type Command, parseCommand } from '../command.ts'
import { showJob, showJobs } from '../show-job.ts'
import { showFailure } from '../show-problem.ts'

export const jobs: Command = {
  usage: 'jobs',
  summary: { en: 'List your jobs', zh: '列出您的作业' },
  run: async (args, { client, printer }) => {
    parseCommand(args, {}, { from: 0, to: 0 })
    const list = await client.get('/v1/jobs', JobListView)
    if (!list.ok) return showFailure(printer, list.failure)
    showJobs(printer, list.value.jobs)
    return 0
  },
}

export const cancel: Command = {
  usage: 'cancel JOB',
  summary: {
    en: 'Cancel a job; what it has spent stays spent',
    zh: '取消作业；已消耗的预算不退还',
  },
  run: async (args, { client, printer }) => {
    const { positionals } = parseCommand(args, {}, { from: 1, to: 1 })
    const path = `/v1/jobs/${encodeURIComponent(positionals[0] ?? '')}:cancel`
    const job = await client.post(path, { answer: JobView })
    if (!job.ok) return showFailure(printer, job.failure)
    showJob(printer, job.value)
    return 0
  },
}
