/** From arguments to an exit code. */

import type { Language } from '../model/text.ts'
import { createClient } from './client.ts'
import { type Command, readNamedText, UsageError } from './command.ts'
import { auditVerify } from './commands/audit.ts'
import { doctor } from './commands/doctor.ts'
import { explain } from './commands/explain.ts'
import { identityCreate, identityList, identityRevoke } from './commands/identity.ts'
import { cancel, jobs } from './commands/jobs.ts'
import { rotateNoise, trust } from './commands/keys.ts'
import { demo, importFiles, serve } from './commands/local.ts'
import { province } from './commands/province.ts'
import { receiptGet, receiptVerify } from './commands/receipt.ts'
import { replay } from './commands/replay.ts'
import { result } from './commands/result.ts'
import { submit } from './commands/submit.ts'
import { type Globals, readGlobals } from './globals.ts'
import { showCommand, showHelp } from './help.ts'
import { createPrinter, type Printer } from './printer.ts'
import type { ExitCode, World } from './world.ts'

/** In the order in which `help` lists them. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  demo,
  serve,
  import: importFiles,
  'identity create': identityCreate,
  'identity list': identityList,
  'identity revoke': identityRevoke,
  trust,
  'keys rotate-noise': rotateNoise,
  province,
  doctor,
  explain,
  submit,
  jobs,
  cancel,
  result,
  'receipt get': receiptGet,
  'receipt verify': receiptVerify,
  'audit verify': auditVerify,
  replay,
}

/** Runs one command. Whatever goes wrong in an expected way has been printed when this resolves. */
export async function runCommand(argv: readonly string[], world: World): Promise<ExitCode> {
  try {
    const globals = readGlobals(argv)
    return await runWith(globals, world, globals.language ?? world.settings.language)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    createPrinter(world, world.settings.language).note(error.text)
    return 2
  }
}

async function runWith(globals: Globals, world: World, language: Language): Promise<ExitCode> {
  const printer = createPrinter(world, language)
  if (globals.version) {
    printer.line(`glovebox ${world.version}`)
    return 0
  }
  const found = findCommand(globals.rest)
  if (found === undefined) return answerWithoutCommand(globals, printer)
  if (globals.help) {
    showCommand(printer, found.command)
    return 0
  }
  try {
    const token = await readToken(globals, world)
    const url = globals.url ?? world.settings.url
    const settings = { url, language, ...(token === undefined ? {} : { token }) }
    const client = createClient({ fetch: world.fetch, url, token })
    return await found.command.run(found.args, { world: { ...world, settings }, printer, client })
  } catch (error) {
    if (error instanceof UsageError) {
      printer.note(error.text)
      printer.note(`  glovebox ${found.command.usage}`)
      return 2
    }
    printer.settle()
    const explained = world.explainFailure(error)
    if (explained === undefined) throw error
    printer.note(explained)
    return 1
  }
}

function findCommand(
  words: readonly string[],
): { readonly command: Command; readonly args: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ')
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (command !== undefined) return { command, args: words.slice(length) }
  }
  return undefined
}

function answerWithoutCommand({ rest, help }: Globals, printer: Printer): ExitCode {
  const [word] = rest
  if (word === undefined || word === 'help' || help) {
    showHelp(printer, COMMANDS)
    return word === undefined && !help ? 2 : 0
  }
  printer.note({
    en: `There is no command "${word}". See: glovebox help`,
    zh: `没有命令 “${word}”。请查看：glovebox help`,
  })
  return 2
}

async function readToken(globals: Globals, world: World): Promise<string | undefined> {
  const token =
    globals.tokenFile === undefined
      ? world.settings.token
      : (await readNamedText(world, globals.tokenFile)).trim()
  if (token === undefined || /^[!-~]+$/.test(token)) return token
  const place = globals.tokenFile ?? 'GLOVEBOX_TOKEN'
  throw new UsageError({
    en: `${place} must hold one token and nothing else: it is empty, or has line breaks, spaces or other characters inside.`,
    zh: `${place} 须仅含一个令牌：其内容为空，或含换行、空格等其他字符。`,
  })
}
