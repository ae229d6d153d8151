/** `audit verify`: recompute a whole log, from a folder or from a gateway, trusting neither. */

import { join } from 'node:path'
import { createClient, type Failure } from '../client.ts'
import {
  type Command,
  type Context,
  parseCommand,
  readNamedText,
  required,
  UsageError,
} from '../command.ts'
import { showLogVerification } from '../show-checks.ts'
import { showFailure } from '../show-problem.ts'

const OPTIONS = {
  trust: { type: 'string' },
  held: { type: 'string', multiple: true },
} as const

export const auditVerify: Command = {
  usage: 'audit verify (DIR | URL) --trust FILE [--held CHECKPOINT]...',
  summary: {
    en: 'Verify a whole log; --trust is its policy ("glovebox trust") or a receipt, --held are checkpoints you kept',
    zh: '验证整个日志；--trust 为其信任策略（“glovebox trust”）或回执，--held 为您留存的检查点',
  },
  run: async (args, context) => {
    const { values, positionals } = parseCommand(args, OPTIONS, { from: 1, to: 1 })
    const { printer, world } = context
    const trust = required(values.trust, 'trust')
    const policy = await readPolicy(trust, context)
    const held = await Promise.all((values.held ?? []).map((path) => readNamedText(world, path)))
    const log = openLog(positionals[0] ?? '', context)
    const report = await world.verifiers.verifyLog({ readFile: log.read, policy, held })
    const failure = log.failure()
    if (failure) return showFailure(printer, failure)
    if (report === undefined)
      throw new UsageError({
        en: `${trust} is not a trust policy.`,
        zh: `${trust} 不是信任策略文件。`,
      })
    showLogVerification(printer, report)
    printer.note(
      report.ok
        ? { en: 'The log holds.', zh: '日志验证通过。' }
        : { en: 'The log does not hold.', zh: '日志验证未通过。' },
    )
    return report.ok ? 0 : 1
  },
}

/** A policy file, or a receipt, which carries the policy of whoever issued it. */
async function readPolicy(path: string, { world, printer }: Context): Promise<string> {
  const text = await readNamedText(world, path)
  const policy = world.verifiers.policyOf(Buffer.from(text))
  if (policy === undefined) return text
  printer.note({
    en: `Warning: ${path} is a receipt. Its key is the one that its issuer wrote into it, and a forger would write his own: compare with a trust policy from a source you trust.`,
    zh: `警告：${path} 是回执，其中的公钥由出具方自行写入，伪造者也会写入自己的公钥：请与可信来源的信任策略核对。`,
  })
  return policy
}

interface OpenLog {
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  /** Why the place could not be read, which says nothing about the log. */
  readonly failure: () => Failure | undefined
}

function openLog(place: string, { world }: Context): OpenLog {
  if (!/^https?:\/\//.test(place))
    return { read: (path) => world.readFile(join(place, path)), failure: () => undefined }
  const { fetch, settings } = world
  // The token belongs to one gateway; any other place gets to see no token.
  const token = originOf(place) === originOf(settings.url) ? settings.token : undefined
  const client = createClient({ fetch, url: logAddress(place), token })
  let failure: Failure | undefined
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const bytes = await client.bytes(`/${path}`)
    if (bytes.ok) return bytes.value
    if (!isAbsent(bytes.failure)) failure = bytes.failure
    return undefined
  }
  return { read, failure: () => failure }
}

/** The address of a gateway stands for the log it serves. */
function logAddress(place: string): string {
  return originOf(place) === place.replace(/\/$/, '') ? `${originOf(place)}/v1/audit` : place
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}

function isAbsent(failure: Failure): boolean {
  if (failure.kind === 'problem') return failure.problem.status === 404
  return failure.kind === 'unreadable' && failure.status === 404
}
