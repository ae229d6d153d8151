/** `explain`: verdict, cost and plan of a query, without touching data or budget. */

import { ExplanationView } from '../../model/api.ts'
import { type Command, parseCommand } from '../command.ts'
import { showExplanation } from '../show-explanation.ts'
import { showFailure } from '../show-problem.ts'
import { readStatement, STATEMENT_OPTIONS, STATEMENT_USAGE } from '../statement.ts'

export const explain: Command = {
  usage: `explain ${STATEMENT_USAGE}`,
  summary: {
    en: 'Show verdict, cost and rewritten plan of a query; touches no data',
    zh: '查看查询的裁决、开销与改写计划；不触及数据',
  },
  run: async (args, context) => {
    const { values, positionals } = parseCommand(args, STATEMENT_OPTIONS, { from: 0, to: 1 })
    const statement = await readStatement(values, positionals[0], context)
    const order = { body: statement, answer: ExplanationView }
    const explanation = await context.client.post('/v1/jobs:explain', order)
    if (!explanation.ok) return showFailure(context.printer, explanation.failure, statement.sql)
    showExplanation(context.printer, explanation.value)
    return 0
  },
}
