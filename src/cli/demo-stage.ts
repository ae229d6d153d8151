/** What the demo needs around it, and what its steps share. `main.ts` builds the stage. */

import type { Language, Text } from '../model/text.ts'
import { type Answer, type Client, createClient } from './client.ts'
import type { DemoAgreement } from './demo-jobs.ts'
import { createPrinter, type Printer } from './printer.ts'
import { describeFailure } from './show-problem.ts'
import type { World } from './world.ts'

/** A copy of the published log that the demo may damage. */
export interface LogCopy {
  /** Where it is, for people. */
  readonly place: string
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>
}

/** A running gateway over the synthetic province. */
export interface DemoGateway {
  readonly url: string
  /** Tokens of the operators by agreement, and of an auditor. */
  readonly tokens: Readonly<Record<DemoAgreement | 'auditor', string>>
  /** Text of the policy that trusts this gateway's log. */
  readonly trust: string
  readonly copyLog: () => Promise<LogCopy>
  readonly stop: () => Promise<void>
}

export type DemoStage = Pick<
  World,
  'stdout' | 'stderr' | 'isTerminal' | 'fetch' | 'sleep' | 'verifiers'
> & {
  readonly language: Language
  /** Imports the province, starts a gateway on a free port, creates identities. */
  readonly start: () => Promise<DemoGateway>
}

/** What one step hands to the next. */
export interface Scene {
  readonly stage: DemoStage
  readonly printer: Printer
  readonly gateway: DemoGateway
  readonly clientOf: (who: keyof DemoGateway['tokens']) => Client
}

/** The story did not go as told, which is a failure of the program or of this machine. */
export class DemoStopped extends Error {
  override readonly name = 'DemoStopped'
  readonly text: Text

  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

export function setScene(stage: DemoStage, gateway: DemoGateway): Scene {
  const { fetch } = stage
  const { url, tokens } = gateway
  return {
    stage,
    printer: createStoryPrinter(stage),
    gateway,
    clientOf: (who) => createClient({ fetch, url, token: tokens[who] }),
  }
}

/** One stream, because the story and its figures belong together, and never two blank lines in a row. */
function createStoryPrinter({ stdout, isTerminal, language }: DemoStage): Printer {
  let isBlank = false
  const write = (text: string): void => {
    if (text !== '\n' || !isBlank) stdout(text)
    isBlank = text === '\n'
  }
  return createPrinter({ stdout: write, stderr: write, isTerminal }, language)
}

/** @throws {DemoStopped} The gateway answered with a failure. */
export function expectAnswer<T>({ printer }: Scene, answer: Answer<T>): T {
  if (answer.ok) return answer.value
  const text = describeFailure(printer, answer.failure).join('\n')
  throw new DemoStopped({ en: text, zh: text })
}
