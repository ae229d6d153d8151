/** What a verifier looked at, one line each. */

import type { Printer } from './printer.ts'
import type { Check, ExitCode } from './world.ts'

/** Prints the checks; done only if there are some and all of them pass. */
export function showChecks(printer: Printer, checks: readonly Check[]): ExitCode {
  for (const { name, pass, detail } of checks)
    printer.line(`${pass ? '✓' : '✗'} ${name}: ${printer.say(detail)}`)
  return checks.length > 0 && checks.every(({ pass }) => pass) ? 0 : 1
}
