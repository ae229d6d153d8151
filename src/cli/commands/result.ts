/** `result`: the released table, on screen or in a file. */

import { ResultView } from '../../model/api.ts'
import { type Command, type Context, parseCommand, UsageError } from '../command.ts'
import { printable } from '../printer.ts'
import { showFailure } from '../show-problem.ts'
import { ROWS_SHOWN, showResult } from '../show-result.ts'
import type { ExitCode } from '../world.ts'

const FORMATS = ['table', 'json', 'csv', 'arrow', 'canonical'] as const
type Format = (typeof FORMATS)[number]

const OPTIONS = {
  format: { type: 'string', default: 'table' },
  out: { type: 'string' },
  rows: { type: 'string', default: String(ROWS_SHOWN) },
} as const

export const result: Command = {
  usage: `result JOB [--format ${FORMATS.join('|')}] [--rows N] [--out FILE]`,
  summary: {
    en: 'Fetch a released result; "canonical" is the form that a receipt states the digest of',
    zh: '获取已发布的结果；canonical 为回执摘要所依据的格式',
  },
  run: async (args, context) => {
    const { values, positionals } = parseCommand(args, OPTIONS, { from: 1, to: 1 })
    const format = readFormat(values.format)
    const path = `/v1/jobs/${encodeURIComponent(positionals[0] ?? '')}/result`
    if (format === 'table') {
      if (values.out !== undefined)
        throw new UsageError({
          en: '--out needs --format json, csv, arrow or canonical.',
          zh: '--out 须与 --format json、csv、arrow 或 canonical 同用。',
        })
      return showTable(path, readRows(values.rows), context)
    }
    return saveResult(`${path}?format=${format}`, { format, out: values.out }, context)
  },
}

async function showTable(
  path: string,
  rows: number,
  { client, printer }: Context,
): Promise<ExitCode> {
  const table = await client.get(`${path}?format=json`, ResultView)
  if (!table.ok) return showFailure(printer, table.failure)
  showResult(printer, table.value, rows)
  return 0
}

async function saveResult(
  path: string,
  { format, out }: { readonly format: Format; readonly out: string | undefined },
  { client, printer, world }: Context,
): Promise<ExitCode> {
  if (format === 'arrow' && out === undefined)
    throw new UsageError({ en: 'Arrow needs --out FILE.', zh: 'Arrow 格式须用 --out 指定文件。' })
  const bytes = await client.bytes(path)
  if (!bytes.ok) return showFailure(printer, bytes.failure)
  if (out === undefined) {
    const text = new TextDecoder().decode(bytes.value)
    world.stdout(world.isTerminal ? `${printable(text.replaceAll('\r\n', '\n'))}\n` : text)
    return 0
  }
  await world.writeFile(out, bytes.value)
  printer.note({ en: `Written: ${out}`, zh: `已写入：${out}` })
  return 0
}

function readFormat(text: string): Format {
  const format = FORMATS.find((name) => name === text)
  if (format !== undefined) return format
  throw new UsageError({
    en: `--format must be one of: ${FORMATS.join(', ')}.`,
    zh: `--format 须为：${FORMATS.join('、')}。`,
  })
}

function readRows(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new UsageError({
    en: '--rows must be a number from 1.',
    zh: '--rows 须为大于 0 的整数。',
  })
}
