/** Checks that columns are used only as product and agreement both permit, and notes each use. */

import type { ColumnUse } from '../../model/data-product.ts'
import type { PlanContext } from './context.ts'
import { refuse } from './refusal.ts'
import type { SourceColumn } from './rows.ts'
import type { Expression, Name } from './syntax.ts'
import { childrenOf, namesIn } from './tree-walk.ts'

/** Permits every column of an expression for one use, or refuses at the first that may not. */
export function requireUse(expression: Expression, use: ColumnUse, context: PlanContext): void {
  for (const column of namesIn(expression)) requireAny(column, [use], context)
}

/**
 * Permits the columns of a group key. A column that only decides a CASE band is filtered on rather
 * than shown, so either permission will do.
 */
export function requireKeyUse(key: Expression, context: PlanContext): void {
  if (key.kind === 'name') {
    requireAny(key, ['group_key'], context)
    return
  }
  if (key.kind === 'case') {
    for (const { when, value } of key.branches) {
      for (const column of namesIn(when))
        requireAny(column, ['filter', 'group_key', 'band_key'], context)
      requireKeyUse(value, context)
    }
    requireKeyUse(key.otherwise, context)
    return
  }
  if (isCoarsening(key)) {
    for (const column of namesIn(key)) requireAny(column, ['group_key', 'band_key'], context)
    return
  }
  for (const child of childrenOf(key)) requireKeyUse(child, context)
}

/** Parts of a date that hundreds of days share; any number of them together tells no more than a quarter. */
const COARSE_PARTS: ReadonlySet<string> = new Set(['quarter', 'year', 'decade', 'century'])
const PART_CALLS: ReadonlySet<string> = new Set([
  'date_part',
  'datepart',
  'date_trunc',
  'datetrunc',
  'date_diff',
  'datediff',
])

/** Whether a call turns its date into something coarse, whatever its other operands are. */
function isCoarsening(key: Expression): boolean {
  if (key.kind !== 'call') return false
  if (COARSE_PARTS.has(key.name)) return true
  const [part] = key.operands
  return PART_CALLS.has(key.name) && part?.kind === 'literal' && COARSE_PARTS.has(part.text)
}

function requireAny(column: Name, uses: readonly ColumnUse[], context: PlanContext): void {
  const facts = context.registry.find(column.path)
  if (facts === undefined) return
  const [wanted = 'filter'] = uses
  if (facts.isIdentifier) refuseIdentifier(column, facts, wanted)
  const granted = uses.find((use) => facts.uses.includes(use))
  if (granted === undefined) refuseColumnUse(column, facts, wanted)
  const origins = facts.derivation?.origins ?? [facts]
  for (const { product, column: origin } of origins) context.addUse(product, origin, granted)
}

function refuseColumnUse(column: Name, facts: SourceColumn, use: ColumnUse): never {
  const may = facts.uses.length === 0 ? 'nothing' : facts.uses.join(', ')
  return refuse(
    'column-use-not-allowed',
    column.at,
    `${facts.column} may be used for ${may}, not as ${use}.`,
    `${facts.column} 仅可用于 ${may}，不得用于 ${use}。`,
  )
}

function refuseIdentifier(column: Name, facts: SourceColumn, use: ColumnUse): never {
  if (use === 'filter') {
    return refuse(
      'identifier-predicate',
      column.at,
      `${facts.column} identifies single units and may not be a condition.`,
      `${facts.column} 为标识字段，不得用于条件。`,
    )
  }
  return refuse(
    'identifier-output',
    column.at,
    `${facts.column} identifies single units and may not be shown or computed with.`,
    `${facts.column} 为标识字段，不得输出或参与计算。`,
  )
}
