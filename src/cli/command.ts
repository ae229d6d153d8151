/** What a command is, and how it reads its arguments. */

import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Text } from '../model/text.ts'
import type { Client } from './client.ts'
import type { Printer } from './printer.ts'
import type { ExitCode, World } from './world.ts'

export interface Context {
  readonly world: World
  readonly printer: Printer
  readonly client: Client
}

export interface Command {
  /** What follows `glovebox`: the words of the command, then its arguments. */
  readonly usage: string
  readonly summary: Text
  readonly run: (args: readonly string[], context: Context) => Promise<ExitCode>
}

/** The command cannot be carried out as written. Caught once, in `runCommand`. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly text: Text

  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

type Options = NonNullable<ParseArgsConfig['options']>

/** @throws {UsageError} An unknown option, a missing value, or another number of arguments. */
export function parseCommand<O extends Options>(
  args: readonly string[],
  options: O,
  count: { readonly from: number; readonly to: number },
) {
  const parsed = parse(args, options)
  const found = parsed.positionals.length
  if (found < count.from) throw new UsageError({ en: 'An argument is missing.', zh: '缺少参数。' })
  if (found > count.to)
    throw new UsageError({
      en: `"${parsed.positionals[count.to]}" is one argument too many.`,
      zh: `多余的参数 “${parsed.positionals[count.to]}”。`,
    })
  return parsed
}

function parse<O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    throw new UsageError({ en: reason, zh: `参数有误：${reason}` })
  }
}

/** @throws {UsageError} The option was not given. */
export function required(value: string | undefined, option: string): string {
  if (value !== undefined && value !== '') return value
  throw new UsageError({ en: `--${option} is missing.`, zh: `缺少 --${option}。` })
}

/** @throws {UsageError} The file cannot be read. */
export async function readNamedFile(world: World, path: string): Promise<Uint8Array> {
  const bytes = await world.readFile(path)
  if (bytes !== undefined) return bytes
  throw new UsageError({ en: `${path} cannot be read.`, zh: `无法读取 ${path}。` })
}

/** @throws {UsageError} The file cannot be read, or is not UTF-8: guessing would change the text. */
export async function readNamedText(world: World, path: string): Promise<string> {
  const bytes = await readNamedFile(world, path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageError({ en: `${path} is not UTF-8 text.`, zh: `${path} 不是 UTF-8 文本。` })
  }
}
