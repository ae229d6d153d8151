/** Output in the language of the reader. What programs may want goes to stdout, what people want to stderr. */

import type { Language, Text } from '../model/text.ts'
import type { World } from './world.ts'

export interface Printer {
  readonly language: Language
  say(text: Text): string
  line(text: string | Text): void
  note(text: string | Text): void
  /** One line that replaces itself; nothing where nobody is watching. */
  progress(text: string): void
  /** Clears the progress line. */
  settle(): void
}

type Streams = Pick<World, 'stdout' | 'stderr' | 'isTerminal'>

const CLEAR_LINE = '\r\u001b[2K'

export function createPrinter(
  { stdout, stderr, isTerminal }: Streams,
  language: Language,
): Printer {
  const say = (text: string | Text): string => (typeof text === 'string' ? text : text[language])
  return {
    language,
    say,
    line: (text) => stdout(`${printable(say(text))}\n`),
    note: (text) => stderr(`${printable(say(text))}\n`),
    progress: (text) => {
      if (isTerminal) stderr(CLEAR_LINE + printable(text))
    },
    settle: () => {
      if (isTerminal) stderr(CLEAR_LINE)
    },
  }
}

/** Text from elsewhere must not steer the terminal: no control characters, no changes of direction. */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')
}
