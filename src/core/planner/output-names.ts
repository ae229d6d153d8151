/** Names of output columns: the statement's own, made safe to show and unique. */

import type { Expression, SelectItem } from './syntax.ts'
import { textOf } from './tree-walk.ts'

const MAX_LENGTH = 64

/** An expression as people write it. */
export function displayText(expression: Expression): string {
  const text = textOf(expression).replace(/"([a-z_][a-z0-9_]*)"/g, '$1')
  const inner = /^\((.*)\)$/s.exec(text)?.[1]
  return inner !== undefined && isBalanced(inner) ? inner : text
}

function isBalanced(text: string): boolean {
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (depth < 0) return false
  }
  return depth === 0
}

/** The name of an output column, as the engine would choose it where the statement does not. */
export function outputName({ expression, alias }: SelectItem): string {
  if (alias !== '') return alias
  if (expression.kind === 'name') return expression.path.at(-1) ?? ''
  return displayText(expression).replaceAll('count(*)', 'count_star()')
}

/** Drops invisible characters, shortens, and numbers repetitions: `n`, `n_1`, `n_2`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return names.map((raw) => {
    const base = [
      ...raw
        .normalize('NFC')
        .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
        .trim(),
    ]
      .slice(0, MAX_LENGTH)
      .join('')
    const stem = base === '' ? 'column' : base
    let unique = stem
    for (let count = 1; taken.has(unique.toLowerCase()); count++) unique = `${stem}_${count}`
    taken.add(unique.toLowerCase())
    return unique
  })
}
