/** Commands that work in this process: `serve`, `demo`, `import`, `identity create`. */

import { Principal, Role } from '../../model/principal.ts'
import { toProblemDetails } from '../../model/problem.ts'
import type { Result } from '../../model/result.ts'
import { type Command, type Context, parseCommand, required, UsageError } from '../command.ts'
import { showProblem } from '../show-problem.ts'
import type { ExitCode } from '../world.ts'
import { readScale } from './province.ts'

const HOME = { home: { type: 'string' } } as const

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
  run: async (args, { world }) => {
    const { values } = parseCommand(args, SERVE_OPTIONS, { from: 0, to: 0 })
    const { demo, home, host } = values
    const port = readPort(values.port)
    return world.commands.serve({
      demo,
      scale: readScale(values.scale),
      ...(home === undefined ? {} : { home }),
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
      ...(values.home === undefined ? {} : { home: values.home }),
      onProgress: (percent) => printer.progress(`${dataset}  ${Math.round(percent)} %`),
    })
    printer.settle()
    if (!imported.ok) return refuse(imported, context)
    const { digest, manifest } = imported.value
    for (const { product, rows } of manifest.tables)
      printer.line({ en: `${product}: ${rows} rows`, zh: `${product}：${rows} 行` })
    printer.line({ en: `Snapshot: ${digest}`, zh: `快照：${digest}` })
    return 0
  },
}

const IDENTITY_OPTIONS = {
  ...HOME,
  organisation: { type: 'string' },
  role: { type: 'string', multiple: true },
} as const

export const identityCreate: Command = {
  usage: `identity create ID --organisation NAME --role ROLE... [--home DIR]`,
  summary: {
    en: `Create an identity and print its token once; roles: ${Role.options.join(', ')}`,
    zh: `创建身份并一次性显示令牌；角色：${Role.options.join('、')}`,
  },
  run: async (args, context) => {
    const { values, positionals } = parseCommand(args, IDENTITY_OPTIONS, { from: 1, to: 1 })
    const principal = Principal.safeParse({
      id: positionals[0],
      organisation: required(values.organisation, 'organisation'),
      roles: values.role ?? [],
    })
    if (!principal.success) throw wrongFields(principal.error.issues)
    const created = await context.world.commands.createIdentity({
      principal: principal.data,
      ...(values.home === undefined ? {} : { home: values.home }),
    })
    if (!created.ok) return refuse(created, context)
    context.printer.line(created.value.token)
    context.printer.note({
      en: 'Keep this token: it is not stored and cannot be shown again.',
      zh: '请妥善保存此令牌：系统不保存原文，无法再次显示。',
    })
    return 0
  },
}

function refuse(declined: Exclude<Result<unknown>, { ok: true }>, { printer }: Context): ExitCode {
  const { basis, ...details } = toProblemDetails(declined.problem, '')
  showProblem(printer, { ...details, basis: [...basis] })
  return 1
}

function wrongFields(issues: readonly { readonly path: readonly PropertyKey[] }[]): UsageError {
  const fields = [...new Set(issues.map(({ path }) => String(path[0])))].join(', ')
  return new UsageError({ en: `Check: ${fields}.`, zh: `请检查：${fields}。` })
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
