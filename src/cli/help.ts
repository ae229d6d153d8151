/** `help`: every command, or one. */

import type { Command } from './command.ts'
import type { Printer } from './printer.ts'

export function showHelp(printer: Printer, commands: Readonly<Record<string, Command>>): void {
  printer.line({
    en: 'glovebox: work on what you may not touch. Only released results come out.',
    zh: 'glovebox：数据可用不可见，原始数据不出域，仅发布经检查的结果。',
  })
  printer.line('')
  for (const command of Object.values(commands)) showCommand(printer, command)
  printer.line('')
  printer.line({ en: 'Everywhere:', zh: '通用选项：' })
  printer.line('  --url URL          GLOVEBOX_URL')
  printer.line('  --token-file FILE  GLOVEBOX_TOKEN')
  printer.line('  --lang en|zh       LANG')
  printer.line('  --help, --version')
  printer.line('')
  printer.line({
    en: 'Exit codes: 0 done, 1 refused or failed, 2 wrong usage',
    zh: '退出码：0 完成，1 被拒绝或失败，2 用法错误',
  })
}

export function showCommand(printer: Printer, { usage, summary }: Command): void {
  printer.line(`  ${usage}`)
  printer.line(`      ${printer.say(summary)}`)
}
