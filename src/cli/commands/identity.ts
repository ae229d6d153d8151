/** `identity create`, `identity list`, `identity revoke`: who may ask this home's gateway. */

import { Principal, PrincipalId, Role } from '../../model/principal.ts'
import { type Command, parseCommand, required, UsageError } from '../command.ts'
import { HOME, homeOf } from '../home-option.ts'
import { showRefusal } from '../show-problem.ts'
import { formatTable } from '../text-table.ts'

const CREATE_OPTIONS = {
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
  run: async (args, { world, printer }) => {
    const { values, positionals } = parseCommand(args, CREATE_OPTIONS, { from: 1, to: 1 })
    const principal = Principal.safeParse({
      id: positionals[0],
      organisation: required(values.organisation, 'organisation'),
      roles: values.role ?? [],
    })
    if (!principal.success) throw wrongFields(principal.error.issues)
    const created = await world.commands.createIdentity({
      principal: principal.data,
      ...homeOf(values),
    })
    if (!created.ok) return showRefusal(printer, created.problem)
    printer.line(created.value.token)
    printer.note({
      en: 'Keep this token: it is not stored and cannot be shown again.',
      zh: '请妥善保存此令牌：系统不保存原文，无法再次显示。',
    })
    return 0
  },
}

export const identityList: Command = {
  usage: 'identity list [--home DIR]',
  summary: {
    en: 'List identities with organisation and roles; tokens are not stored',
    zh: '列出身份及其单位与角色；系统不保存令牌',
  },
  run: async (args, { world, printer }) => {
    const { values } = parseCommand(args, HOME, { from: 0, to: 0 })
    const principals = await world.commands.listIdentities(homeOf(values))
    if (principals.length === 0) {
      printer.note({ en: 'There are no identities.', zh: '没有身份。' })
      return 0
    }
    const columns = ['ID', printer.say(ORGANISATION), printer.say(ROLES)]
    const table = {
      columns: columns.map((name) => ({ name, type: 'VARCHAR' })),
      rows: principals.map(({ id, organisation, roles }) => [id, organisation, roles.join(' ')]),
    }
    for (const line of formatTable(table, principals.length)) printer.line(line)
    return 0
  },
}

const ORGANISATION = { en: 'ORGANISATION', zh: '单位' }
const ROLES = { en: 'ROLES', zh: '角色' }

export const identityRevoke: Command = {
  usage: 'identity revoke ID [--home DIR]',
  summary: {
    en: 'End the access of an identity; a running gateway refuses its next request',
    zh: '撤销身份；运行中的网关自其下一个请求起拒绝',
  },
  run: async (args, { world, printer }) => {
    const { values, positionals } = parseCommand(args, HOME, { from: 1, to: 1 })
    const id = PrincipalId.safeParse(positionals[0])
    const isKnown =
      id.success && (await world.commands.revokeIdentity({ id: id.data, ...homeOf(values) }))
    if (!isKnown) {
      printer.note({
        en: `There is no identity "${positionals[0]}". See: glovebox identity list`,
        zh: `没有身份 “${positionals[0]}”。请查看：glovebox identity list`,
      })
      return 1
    }
    printer.note({ en: `Revoked: ${positionals[0]}`, zh: `已撤销：${positionals[0]}` })
    return 0
  },
}

function wrongFields(issues: readonly { readonly path: readonly PropertyKey[] }[]): UsageError {
  const fields = [...new Set(issues.map(({ path }) => String(path[0])))].join(', ')
  return new UsageError({ en: `Check: ${fields}.`, zh: `请检查：${fields}。` })
}
