/** `province`: writes the synthetic province into one database file, for imports and benchmarks. */

import { type Command, parseCommand, UsageError } from '../command.ts'

const OPTIONS = { scale: { type: 'string' } } as const
const MAX_SCALE = 100

export const province: Command = {
  usage: 'province FILE [--scale 1..100]',
  summary: {
    en: 'Write the synthetic province into a DuckDB file; --scale multiplies persons, firms and facts',
    zh: '将合成的示范省写入 DuckDB 文件；--scale 成倍增加人口、企业与事实数据',
  },
  run: async (args, { world, printer }) => {
    const { values, positionals } = parseCommand(args, OPTIONS, { from: 1, to: 1 })
    const [target = ''] = positionals
    await world.commands.province({ target, scale: readScale(values.scale) })
    printer.line({ en: `Written: ${target}`, zh: `已写入：${target}` })
    return 0
  },
}

/** @throws {UsageError} Anything but an integer from 1 to 100. */
export function readScale(text: string | undefined): number {
  if (text === undefined) return 1
  const scale = Number(text)
  if (/^\d{1,3}$/.test(text) && scale >= 1 && scale <= MAX_SCALE) return scale
  throw new UsageError({
    en: `--scale must be an integer from 1 to ${MAX_SCALE}.`,
    zh: `--scale 须为 1 至 ${MAX_SCALE} 的整数。`,
  })
}
