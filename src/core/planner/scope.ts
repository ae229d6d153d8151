/** Looks names up in what a FROM clause offers; candidates come from there and nowhere else. */

import { refuse } from './refusal.ts'
import type { Scope, VisibleTable } from './rows.ts'
import type { Expression, Name } from './syntax.ts'

/** Identifiers compare without regard to case, quoted or not, as the engine does. */
export function sameName(a: string, b: string): boolean {
  return fold(a) === fold(b)
}

/** The engine folds ASCII letters only. */
export function fold(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** The meaning of a name, or undefined when no table in scope has such a column. */
export function findName(name: Name, scope: Scope): Expression | undefined {
  const [first = '', second, third] = name.path
  if (third !== undefined) {
    return refuse(
      'sql-unsupported',
      name.at,
      'Name a column as column or table.column.',
      '列名请写作 column 或 table.column。',
    )
  }
  const column = second ?? first
  if (second === undefined) {
    const merged = scope.merged.get(fold(column))
    if (merged !== undefined) return { ...merged, at: name.at }
  }
  const tables = scope.tables.filter(
    (table) => second === undefined || sameName(table.alias, first),
  )
  const matches = tables.flatMap((table) =>
    table.columns
      .filter((candidate) => sameName(candidate.name, column))
      .map((candidate) => ({ table, candidate })),
  )
  const [match, another] = matches
  if (match !== undefined && another !== undefined) refuseAmbiguous(name, matches)
  return match === undefined ? undefined : { ...match.candidate.expression, at: name.at }
}

function refuseAmbiguous(
  name: Name,
  matches: readonly { readonly table: VisibleTable; readonly candidate: { name: string } }[],
): never {
  const candidates = matches
    .map(({ table, candidate }) => `${table.alias}.${candidate.name}`)
    .join(', ')
  return refuse(
    'ambiguous-name',
    name.at,
    `${name.path.join('.')} could mean ${candidates}.`,
    `${name.path.join('.')} 可能指 ${candidates}。`,
  )
}

/** Refuses a name that nothing in scope answers to, with the nearest names in scope. */
export function refuseUnknown(name: Name, scope: Scope): never {
  const column = name.path.at(-1) ?? ''
  const [qualifier] = name.path.length > 1 ? name.path : []
  const tables = scope.tables.filter(
    (table) => qualifier === undefined || sameName(table.alias, qualifier),
  )
  if (tables.length === 0 && qualifier !== undefined) {
    return refuse(
      'unknown-name',
      name.at,
      `No table in FROM is called ${qualifier}.`,
      `FROM 中没有名为 ${qualifier} 的表。`,
    )
  }
  const offered = [...new Set(tables.flatMap((table) => table.columns.map((each) => each.name)))]
  const near = nearest(column, offered)
  const hintEn = near.length === 0 ? '' : ` Available: ${near.join(', ')}.`
  const hintZh = near.length === 0 ? '' : `可用的列：${near.join('、')}。`
  if (tables.some((table) => table.isProduct)) {
    return refuse(
      'column-not-authorised',
      name.at,
      `The agreement lists no column ${column} here.${hintEn}`,
      `协议在此处未列出数据项 ${column}。${hintZh}`,
    )
  }
  return refuse(
    'unknown-name',
    name.at,
    `There is no column ${column} here.${hintEn}`,
    `此处没有名为 ${column} 的列。${hintZh}`,
  )
}

/** Up to eight names, the most similar first. */
export function nearest(name: string, offered: readonly string[]): readonly string[] {
  return offered
    .map((candidate) => ({ candidate, distance: editDistance(fold(name), fold(candidate)) }))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 8)
    .map(({ candidate }) => candidate)
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
