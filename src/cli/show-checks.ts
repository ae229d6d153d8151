/** What a verifier found, one line each. */

import type { Printer } from './printer.ts'
import type { Check, Finding, LogVerification } from './world.ts'

/** One damaged tile can make hundreds of findings; the first ones say where. */
const FINDINGS_SHOWN = 10

export function showChecks(printer: Printer, checks: readonly Check[]): void {
  for (const { name, pass, detail } of checks)
    printer.line(`${pass ? '✓' : '✗'} ${name}: ${printer.say(detail)}`)
}

export function showLogVerification(printer: Printer, report: LogVerification): void {
  const { ok, size, findings, firstBad } = report
  if (ok) {
    printer.line({
      en: `✓ ${size} entries: every hash, chain and signature holds`,
      zh: `✓ 共 ${size} 条：全部哈希、链接与签名验证通过`,
    })
    return
  }
  for (const finding of findings.slice(0, FINDINGS_SHOWN))
    printer.line(`✗ ${finding.check}: ${printer.say(finding.detail)}${placeOf(printer, finding)}`)
  const hidden = findings.length - FINDINGS_SHOWN
  if (hidden > 0) printer.line({ en: `  and ${hidden} more`, zh: `  另有 ${hidden} 项` })
  if (firstBad)
    printer.line({
      en: `The first bad entry${placeOf(printer, firstBad)}`,
      zh: `首个不符之处${placeOf(printer, firstBad)}`,
    })
}

function placeOf({ say }: Printer, { from, through }: Finding): string {
  if (from === undefined || through === undefined) return ''
  if (from === through) return say({ en: `: entry ${from}`, zh: `：第 ${from} 条` })
  const range = `${from}-${through}`
  return say({ en: `: among entries ${range}`, zh: `：第 ${range} 条之间` })
}
