/** The environment as settings: the only reader of `process.env`. */

import type { Language, Text } from './model/text.ts'

export interface Settings {
  /** Where commands find the gateway. */
  readonly url: string
  readonly token?: string
  readonly language: Language
  /** Folder of policies, snapshots, keys and the log. */
  readonly home: string
  /** Where `serve` listens. */
  readonly host: string
  readonly port: number
  /** Folder of the policies; the ones that come with the program unless set. */
  readonly policies?: string
  /** What workers must not inherit. */
  readonly environment: Environment
}

export type Environment = Readonly<Record<string, string | undefined>>

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 7300
const DEFAULT_HOME = '.glovebox'

/** A variable that cannot have its value. */
export class WrongSetting extends RangeError {
  override readonly name = 'WrongSetting'
  readonly text: Text

  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

/**
 * An empty variable counts as unset.
 *
 * @throws {WrongSetting} `GLOVEBOX_PORT` is not a port.
 */
export function readSettings(environment: Environment = process.env): Settings {
  const host = environment['GLOVEBOX_HOST'] || DEFAULT_HOST
  const port = readPort(environment['GLOVEBOX_PORT'])
  const token = environment['GLOVEBOX_TOKEN']?.trim()
  return {
    url: environment['GLOVEBOX_URL'] || `http://${DEFAULT_HOST}:${port}`,
    ...(token ? { token } : {}),
    language: readLanguage(environment),
    home: environment['GLOVEBOX_HOME'] || DEFAULT_HOME,
    host,
    port,
    ...(environment['GLOVEBOX_POLICIES'] ? { policies: environment['GLOVEBOX_POLICIES'] } : {}),
    environment,
  }
}

/** The first of these that is set decides, in the order POSIX gives them. */
export function readLanguage(environment: Environment = process.env): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || ''
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

function readPort(text: string | undefined): number {
  if (!text) return DEFAULT_PORT
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port
  throw new WrongSetting({
    en: 'GLOVEBOX_PORT must be an integer from 0 to 65535.',
    zh: 'GLOVEBOX_PORT 须为 0 至 65535 的整数。',
  })
}
