/** Options that every command takes, wherever they stand. */

import { parseArgs } from 'node:util'
import type { Language } from '../model/text.ts'
import { UsageError } from './command.ts'

const GLOBALS = {
  url: { type: 'string' },
  'token-file': { type: 'string' },
  lang: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

export interface Globals {
  readonly url?: string
  readonly tokenFile?: string
  readonly language?: Language
  readonly help: boolean
  readonly version: boolean
  /** The arguments without the global ones. */
  readonly rest: readonly string[]
}

/** @throws {UsageError} A global option without a value, or with one that it cannot have. */
export function readGlobals(argv: readonly string[]): Globals {
  const { tokens } = parseArgs({
    args: [...argv],
    options: GLOBALS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const given: Record<string, string> = {}
  const taken = new Set<number>()
  for (const token of tokens) {
    if (token.kind !== 'option' || !Object.hasOwn(GLOBALS, token.name)) continue
    taken.add(token.index)
    if (token.inlineValue === false) taken.add(token.index + 1)
    given[token.name] = token.value ?? ''
  }
  const url = readUrl(given['url'])
  const language = readLanguage(given['lang'])
  const tokenFile = given['token-file']
  if (tokenFile === '') throw missingValue('token-file')
  return {
    ...(url === undefined ? {} : { url }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
    ...(language === undefined ? {} : { language }),
    help: given['help'] !== undefined,
    version: given['version'] !== undefined,
    rest: argv.filter((_, index) => !taken.has(index)),
  }
}

function readUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text
  throw new UsageError({
    en: '--url must be an http or https address.',
    zh: '--url 须为 http 或 https 地址。',
  })
}

function readLanguage(text: string | undefined): Language | undefined {
  if (text === undefined || text === 'en' || text === 'zh') return text
  throw new UsageError({ en: '--lang must be en or zh.', zh: '--lang 须为 en 或 zh。' })
}

function missingValue(option: string): UsageError {
  return new UsageError({ en: `--${option} needs a value.`, zh: `--${option} 缺少取值。` })
}
