/** What a query would do, in the order a careful reader asks: what it costs, what it reads, what would run. */

import type { ExplanationView } from '../model/api.ts'
import type { Text } from '../model/text.ts'
import type { Printer } from './printer.ts'

const MODES: Readonly<Record<ExplanationView['mode'], Text>> = {
  threshold: { en: 'threshold rules', zh: '阈值规则' },
  dp: { en: 'differential privacy', zh: '差分隐私' },
}

export function showExplanation(printer: Printer, explanation: ExplanationView): void {
  for (const line of describeExplanation(printer, explanation)) printer.line(line)
}

/** The lines of `showExplanation`. */
export function describeExplanation({ say }: Printer, explanation: ExplanationView): string[] {
  const uses = explanation.uses.map(
    ({ product, column, uses }) => `  ${product}.${column}: ${uses.join(', ')}`,
  )
  const vault = explanation.releases.flatMap(({ name, units, vaultSql }) => [
    '',
    say({
      en: `Runs on raw data -> ${name} (protects: ${units.join(', ')})`,
      zh: `在原始数据上执行 -> ${name}（保护对象：${units.join('、')}）`,
    }),
    ...vaultSql.flatMap(indent),
  ])
  return [
    say({ en: 'Admitted: ', zh: '准予执行：' }) + say(MODES[explanation.mode]),
    ...describeCost(say, explanation),
    '',
    say({ en: 'Reads these columns, in these roles', zh: '读取的数据项及用法' }),
    ...uses,
    ...vault,
    '',
    say({ en: 'Runs on released tables only', zh: '仅在已发布的表上执行' }),
    ...indent(explanation.postSql),
  ]
}

function describeCost(say: Printer['say'], { charge, remaining }: ExplanationView): string[] {
  if (charge.mode === 'threshold') return []
  const cost = formatRho(charge.picoRho)
  const left = remaining.map(({ scope, picoRho }) => {
    const rho = formatRho(picoRho)
    return say({ en: `  left in ${scope}: ${rho}`, zh: `  ${scope} 剩余：${rho}` })
  })
  return [say({ en: `Costs: rho ${cost}`, zh: `消耗预算：rho ${cost}` }), ...left]
}

/** Units of 1e-12 as a decimal, exactly: 12500000000 is 0.0125. */
export function formatRho(picoRho: string): string {
  const sign = picoRho.startsWith('-') ? '-' : ''
  const digits = picoRho.replace('-', '').padStart(13, '0')
  const fraction = digits.slice(-12).replace(/0+$/, '')
  return `${sign}${digits.slice(0, -12)}${fraction && `.${fraction}`}`
}

function indent(text: string): string[] {
  return text.split('\n').map((line) => `  ${line}`)
}
