/** `audit verify`: recompute a whole log, from a folder or from a gateway, trusting neither. */

import { join } from 'node:path'
import { createClient, type Failure } from '../client.ts'
import { type Command, type Context, parseCommand, readNamedFile } from '../command.ts'
import { showChecks } from '../show-checks.ts'
import { showFailure } from '../show-problem.ts'
import type { LogVerification } from '../world.ts'

const OPTIONS = { trust: { type: 'string' } } as const

export const auditVerify: Command = {
  usage: 'audit verify (DIR | URL) [--trust FILE]',
  summary: {
    en: 'Verify every entry, tile and signature of a log',
    zh: '验证日志的每个条目、分块与签名',
  },
  run: async (args, context) => {
    const { values, positionals } = parseCommand(args, OPTIONS, { from: 1, to: 1 })
    const { printer, world } = context
    const trust = values.trust && (await readNamedFile(world, values.trust))
    const log = openLog(positionals[0] ?? '', context)
    const found = await world.verifiers.verifyLog(log.read, trust ? { trust } : {})
    const failure = log.failure()
    if (failure) return showFailure(printer, failure)
    const checks = showChecks(printer, found.checks)
    printer.note(summarise(found))
    return found.ok && checks === 0 ? 0 : 1
  },
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

function summarise({ ok, size, firstBadEntry }: LogVerification) {
  if (ok) return { en: `The log holds: ${size} entries.`, zh: `日志验证通过：共 ${size} 条。` }
  if (firstBadEntry === undefined) return { en: 'The log does not hold.', zh: '日志验证未通过。' }
  return {
    en: `The log does not hold: entry ${firstBadEntry} is the first that differs.`,
    zh: `日志验证未通过：首个不符的条目为第 ${firstBadEntry} 条。`,
  }
}
