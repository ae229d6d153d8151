/** `doctor`: how well this system can seal workers, as a canary worker has just found out. */

import { type Command, parseCommand } from '../command.ts'

export const doctor: Command = {
  usage: 'doctor',
  summary: {
    en: 'Try out how well this system can seal workers, and say what is missing',
    zh: '实测本机对计算进程的隔离程度，并说明缺什么',
  },
  run: async (args, { world, printer }) => {
    parseCommand(args, {}, { from: 0, to: 0 })
    const { isolation: report, hints } = await world.commands.doctor()
    printer.line({
      en: `Isolation level ${report.level} (${report.mechanism}), kernel ${report.kernel}`,
      zh: `隔离等级 ${report.level}（${report.mechanism}），内核 ${report.kernel}`,
    })
    for (const [attempt, outcome] of Object.entries(report.checks))
      printer.line(`  ${outcome === 'pass' ? '✓' : '✗'} ${attempt}: ${outcome}`)
    if (report.gaps.length > 0) printer.line({ en: 'What it does not stop:', zh: '不能阻止：' })
    for (const gap of report.gaps) printer.line(`  - ${gap}`)
    if (hints.length > 0) printer.line({ en: 'Hints:', zh: '提示：' })
    for (const { en, zh } of hints) printer.line({ en: `  - ${en}`, zh: `  - ${zh}` })
    if (report.filterDigest !== '')
      printer.line({
        en: `System-call filter ${report.filterDigest}`,
        zh: `系统调用过滤器 ${report.filterDigest}`,
      })
    return 0
  },
}
