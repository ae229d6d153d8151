/** `submit`: hand a query in; with `--wait`, follow it and show what it released. */

import { JobView, ResultView } from '../../model/api.ts'
import { type Command, type Context, parseCommand } from '../command.ts'
import { showJob } from '../show-job.ts'
import { showFailure, showProblem } from '../show-problem.ts'
import { ROWS_SHOWN, showResult } from '../show-result.ts'
import { readStatement, STATEMENT_OPTIONS, STATEMENT_USAGE } from '../statement.ts'
import { waitForJob } from '../wait-for-job.ts'
import type { ExitCode } from '../world.ts'

const OPTIONS = {
  ...STATEMENT_OPTIONS,
  wait: { type: 'boolean' },
  'idempotency-key': { type: 'string' },
} as const

export const submit: Command = {
  usage: `submit ${STATEMENT_USAGE} [--wait] [--idempotency-key KEY]`,
  summary: {
    en: 'Submit a query; --wait follows it and prints the result',
    zh: '提交查询；--wait 等待完成并显示结果',
  },
  run: async (args, context) => {
    const { values, positionals } = parseCommand(args, OPTIONS, { from: 0, to: 1 })
    const statement = await readStatement(values, positionals[0], context)
    const key = values['idempotency-key']
    const job = await context.client.post('/v1/jobs', {
      body: statement,
      answer: JobView,
      ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
    })
    if (!job.ok) return showFailure(context.printer, job.failure, statement.sql)
    showJob(context.printer, job.value)
    if (job.value.problem) return concludeJob(job.value, statement.sql, context)
    if (values.wait) return followJob(job.value, statement.sql, context)
    context.printer.note({
      en: `Next: glovebox result ${job.value.id}`,
      zh: `下一步：glovebox result ${job.value.id}`,
    })
    return 0
  },
}

async function followJob(job: JobView, sql: string, context: Context): Promise<ExitCode> {
  const finished = await waitForJob(context, job.id)
  if (!finished.ok) return showFailure(context.printer, finished.failure)
  return concludeJob(finished.value, sql, context)
}

async function concludeJob(job: JobView, sql: string, context: Context): Promise<ExitCode> {
  const { client, printer } = context
  switch (job.state) {
    case 'released': {
      const result = await client.get(`/v1/jobs/${job.id}/result?format=json`, ResultView)
      if (!result.ok) return showFailure(printer, result.failure)
      showResult(printer, result.value, ROWS_SHOWN)
      return 0
    }
    case 'quarantined':
      printer.note({
        en: `Held for review. Ask later: glovebox result ${job.id}`,
        zh: `结果待审核，请稍后查询：glovebox result ${job.id}`,
      })
      return 0
    default:
      if (job.problem) showProblem(printer, job.problem, sql)
      else showJob(printer, job)
      return 1
  }
}
