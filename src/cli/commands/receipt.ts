/** `receipt get` and `receipt verify`: the second needs no gateway and no network. */

import { type Command, parseCommand, readNamedFile, readNamedText } from '../command.ts'
import { showChecks } from '../show-checks.ts'
import { showFailure } from '../show-problem.ts'

export const receiptGet: Command = {
  usage: 'receipt get JOB [--out FILE]',
  summary: { en: 'Fetch the receipt of a released job', zh: '获取作业回执' },
  run: async (args, { client, printer, world }) => {
    const { values, positionals } = parseCommand(
      args,
      { out: { type: 'string' } },
      { from: 1, to: 1 },
    )
    const id = encodeURIComponent(positionals[0] ?? '')
    const receipt = await client.bytes(`/v1/jobs/${id}/receipt`)
    if (!receipt.ok) return showFailure(printer, receipt.failure)
    if (values.out === undefined) {
      printer.line(new TextDecoder().decode(receipt.value))
      return 0
    }
    await world.writeFile(values.out, receipt.value)
    printer.note({ en: `Written: ${values.out}`, zh: `已写入：${values.out}` })
    return 0
  },
}

const VERIFY_OPTIONS = { result: { type: 'string' }, trust: { type: 'string' } } as const

export const receiptVerify: Command = {
  usage: 'receipt verify FILE [--result FILE] [--trust FILE]',
  summary: {
    en: 'Verify a receipt offline; --result is a result in its canonical form',
    zh: '离线验证回执；--result 为 canonical 格式的结果文件',
  },
  run: async (args, { printer, world }) => {
    const { values, positionals } = parseCommand(args, VERIFY_OPTIONS, { from: 1, to: 1 })
    const receipt = await readNamedFile(world, positionals[0] ?? '')
    const result = values.result && (await readNamedFile(world, values.result))
    const policy = values.trust && (await readNamedText(world, values.trust))
    const report = world.verifiers.verifyReceipt(receipt, {
      ...(result ? { result } : {}),
      ...(policy ? { policy } : {}),
    })
    showChecks(printer, report.checks)
    printer.note(
      report.ok
        ? { en: 'The receipt holds.', zh: '回执验证通过。' }
        : { en: 'The receipt does not hold.', zh: '回执验证未通过。' },
    )
    return report.ok ? 0 : 1
  },
}
