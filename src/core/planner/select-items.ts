/** Select lists: stars expanded, names and aliases collected. */

import { refuse } from './refusal.ts'
import type { Scope, VisibleTable } from './rows.ts'
import { fold, sameName } from './scope.ts'
import type { SelectItem, Star } from './syntax.ts'

interface ShownColumn {
  readonly name: string
  readonly path: readonly string[]
}

/** Replaces stars by the columns they stand for, in order. */
export function expandItems(items: readonly SelectItem[], scope: Scope): readonly SelectItem[] {
  return items.flatMap((item) =>
    item.expression.kind === 'star' ? expandStar(item.expression, scope) : [item],
  )
}

function expandStar(star: Star, scope: Scope): readonly SelectItem[] {
  if (star.columns) {
    return refuse(
      'sql-unsupported',
      star.at,
      'COLUMNS(...) is not supported.',
      '不支持 COLUMNS(...)。',
    )
  }
  const tables = scope.tables.filter(
    ({ alias }) => star.relation === '' || sameName(alias, star.relation),
  )
  if (tables.length === 0) {
    return refuse(
      'unknown-name',
      star.at,
      `There is nothing to expand here.`,
      '此处没有可展开的列。',
    )
  }
  const shown = star.relation === '' ? shownOnce(tables, scope) : tables.flatMap(columnsOf)
  const unknown = star.exclude.find(
    (excluded) => !shown.some((column) => sameName(column.name, excluded)),
  )
  if (unknown !== undefined) {
    refuse(
      'unknown-name',
      star.at,
      `There is no column ${unknown} to exclude.`,
      `没有可排除的列 ${unknown}。`,
    )
  }
  return shown
    .filter((column) => !star.exclude.some((excluded) => sameName(column.name, excluded)))
    .map(({ name, path }) => ({ expression: { kind: 'name', at: star.at, path }, alias: name }))
}

/** Columns that USING and NATURAL made one are shown once, where they first stand. */
function shownOnce(tables: readonly VisibleTable[], scope: Scope): readonly ShownColumn[] {
  const seen = new Set<string>()
  return tables.flatMap(columnsOf).flatMap((column) => {
    const key = fold(column.name)
    if (!scope.merged.has(key)) return [column]
    if (seen.has(key)) return []
    seen.add(key)
    return [{ name: column.name, path: [column.name] }]
  })
}

function columnsOf(table: VisibleTable): readonly ShownColumn[] {
  return table.columns.map(({ name }) => ({ name, path: [table.alias, name] }))
}
