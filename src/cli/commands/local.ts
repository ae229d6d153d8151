/** Commands that work in this process: `serve`, `demo`, `import`. */

import { type Command, parseCommand, UsageError } from '../command.ts'
import { HOME, homeOf } from '../home-option.ts'
import { showRefusal } from '../show-problem.ts'
import { readScale } from './province.ts'

const SERVE_OPTIONS = {
  ...HOME,
  demo: { type: 'boolean', default: false },
  scale: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
} as const

export const serve: Command = {
  usage: 'serve [--demo [--scale 1..100]] [--home DIR] [--host NAME] [--port N]',
  summary: {
    en: 'Run the gateway; --demo brings a synthetic province with it',
    zh: '启动网关；--demo 附带合成的示范省数据',
  },
  run: async (args, { world, printer }) => {
    const { values } = parseCommand(args, SERVE_OPTIONS, { from: 0, to: 0 })
    const { demo, host } = values
    const port = readPort(values.port)
    return world.commands.serve({
      language: printer.language,
      demo,
      scale: readScale(values.scale),
      ...homeOf(values),
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
    })
  },
}

export const demo: Command = {
  usage: 'demo',
  summary: {
    en: 'Watch the whole story on synthetic data, with explanations',
    zh: '在合成数据上演示全过程，逐步讲解',
  },
  run: async (args, { world, printer }) => {
    parseCommand(args, {}, { from: 0, to: 0 })
    return world.commands.demo({ language: printer.language })
  },
}

const IMPORT_OPTIONS = { ...HOME, 'allow-empty': { type: 'boolean' } } as const

export const importFiles: Command = {
  usage: 'import DATASET [PRODUCT=]FILE... [--allow-empty] [--home DIR]',
  summary: {
    en: 'Check files against their products and publish a snapshot; --allow-empty: also tables without rows',
    zh: '按数据产品定义校验文件并发布快照；--allow-empty 允许空表',
  },
  run: async (args, context) => {
    const { values, positionals } = parseCommand(args, IMPORT_OPTIONS, { from: 2, to: Infinity })
    const [dataset = '', ...sources] = positionals
    const { printer, world } = context
    const imported = await world.commands.import({
      dataset,
      sources: sources.map(readSource),
      allowEmpty: values['allow-empty'] === true,
      ...homeOf(values),
      onProgress: (percent) => printer.progress(`${dataset}  ${Math.round(percent)} %`),
    })
    printer.settle()
    if (!imported.ok) return showRefusal(printer, imported.problem)
    const { digest, manifest } = imported.value
    for (const { product, rows } of manifest.tables)
      printer.line({ en: `${product}: ${rows} rows`, zh: `${product}：${rows} 行` })
    printer.line({ en: `Snapshot: ${digest}`, zh: `快照：${digest}` })
    return 0
  },
}

function readSource(text: string): { path: string; product?: string } {
  const [, product, path] = text.match(/^([a-z][a-z0-9_]*)=(.+)$/) ?? []
  return product === undefined || path === undefined ? { path: text } : { path, product }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text)
  throw new UsageError({
    en: '--port must be an integer from 0 to 65535.',
    zh: '--port 须为 0 至 65535 的整数。',
  })
}
