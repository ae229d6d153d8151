/** `replay`: has a finished job run again and compared with what the log recorded. */

import { ReplayView } from '../../model/api.ts'
import type { ReplayVerdict } from '../../model/replay.ts'
import type { Text } from '../../model/text.ts'
import { type Command, parseCommand } from '../command.ts'
import type { Printer } from '../printer.ts'
import { showFailure } from '../show-problem.ts'
import type { ExitCode } from '../world.ts'

const MEANINGS: Readonly<Record<ReplayVerdict, Text>> = {
  MATCH: { en: 'the same bytes, in the same environment', zh: '相同环境下逐字节一致' },
  MATCH_OTHER_ENV: { en: 'the same bytes, in another environment', zh: '不同环境下逐字节一致' },
  LOG_INVALID: { en: 'the log itself does not verify', zh: '日志本身验证未通过' },
  INPUT_CHANGED: { en: 'the snapshot is not the one recorded', zh: '快照与记录不符' },
  NOT_REPLAYABLE: { en: 'inputs or keys no longer exist', zh: '输入或密钥已不存在' },
  PLAN_DRIFT: { en: 'the query is now planned differently', zh: '查询计划与记录不同' },
  ENV_DRIFT: { en: 'the result differs, and so does the environment', zh: '环境变化导致结果不同' },
  NONDETERMINISTIC: { en: 'two replays disagree with each other', zh: '两次重放互不一致' },
  RESULT_MISMATCH: {
    en: 'replays agree with each other and not with the log: suspect tampering',
    zh: '多次重放一致但与日志不符：疑似篡改',
  },
}

export const replay: Command = {
  usage: 'replay JOB',
  summary: {
    en: 'Run a finished job again and compare the bytes (auditors)',
    zh: '重放作业并逐字节比对（审计人员）',
  },
  run: async (args, { client, printer }) => {
    const { positionals } = parseCommand(args, {}, { from: 1, to: 1 })
    const order = { body: { job: positionals[0] ?? '' }, answer: ReplayView }
    const report = await client.post('/v1/replays', order)
    if (!report.ok) return showFailure(printer, report.failure)
    return showReplay(printer, report.value)
  },
}

export function showReplay(printer: Printer, report: ReplayView): ExitCode {
  printer.line(`${report.verdict}: ${printer.say(MEANINGS[report.verdict])}`)
  const facts: readonly (readonly [Text, string | undefined])[] = [
    [{ en: 'first stage that differs', zh: '首个不同的阶段' }, report.stage],
    [{ en: 'recorded digest', zh: '记录的摘要' }, report.recordedDigest],
    [{ en: 'replayed digest', zh: '重放的摘要' }, report.replayedDigest],
  ]
  for (const [name, value] of facts)
    if (value !== undefined)
      printer.line({ en: `  ${name.en}: ${value}`, zh: `  ${name.zh}：${value}` })
  for (const { name, recorded, now } of report.environment)
    printer.line(`  ${name}: ${recorded} -> ${now}`)
  return report.verdict === 'MATCH' || report.verdict === 'MATCH_OTHER_ENV' ? 0 : 1
}
