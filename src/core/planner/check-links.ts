/** Proves that joined rows never mix units: every table is tied in, and tied by the units it shares. */

import type { UnitName } from '../../model/data-product.ts'
import type { PlanContext } from './context.ts'
import { conjunctsOf } from './predicates.ts'
import { type ByteOffset, refuse } from './refusal.ts'
import type { Rows } from './rows.ts'
import type { Expression, Relation } from './syntax.ts'

interface Edge {
  readonly left: string
  readonly right: string
  /** The unit both columns identify, if they do. */
  readonly unit: UnitName | undefined
}

export function checkLinks(rows: Rows, context: PlanContext, at: ByteOffset): void {
  const tables = tablesIn(rows.from)
  if (tables.length < 2) return
  const conditions = [...joinConditions(rows.from), ...rows.filters].flatMap(conjunctsOf)
  const edges = conditions.flatMap((condition) => edgeOf(condition, context))
  if (
    !isConnected(
      tables.map(({ alias }) => alias),
      edges,
    )
  ) {
    refuse(
      'join-not-authorised',
      at,
      'Every table must be joined to the others along agreed columns.',
      '每个表都必须按协议列明的字段与其他表关联。',
    )
  }
  const shared = new Set(tables.flatMap(({ units }) => units))
  for (const unit of shared) {
    const holders = tables.filter(({ units }) => units.includes(unit)).map(({ alias }) => alias)
    const ties = edges.filter((edge) => edge.unit === unit)
    if (isConnected(holders, ties)) continue
    refuse(
      'join-not-authorised',
      at,
      `Tables that both hold data of a ${unit} must be joined on that ${unit}.`,
      `同含 ${unit} 数据的表必须按该主体关联。`,
    )
  }

  function tablesIn(relation: Relation): readonly { alias: string; units: readonly UnitName[] }[] {
    if (relation.kind === 'join') return [...tablesIn(relation.left), ...tablesIn(relation.right)]
    return [{ alias: relation.alias, units: context.registry.unitsOf(relation.alias) }]
  }
}

function joinConditions(relation: Relation): readonly Expression[] {
  if (relation.kind !== 'join') return []
  const own = relation.condition === undefined ? [] : [relation.condition]
  return [...joinConditions(relation.left), ...joinConditions(relation.right), ...own]
}

function edgeOf(condition: Expression, context: PlanContext): readonly Edge[] {
  if (condition.kind !== 'compare' || condition.operator !== '=') return []
  const { left, right } = condition
  if (left.kind !== 'name' || right.kind !== 'name') return []
  const [a = ''] = left.path
  const [b = ''] = right.path
  const unit = context.registry.find(left.path)?.unit
  const isShared = unit !== undefined && unit === context.registry.find(right.path)?.unit
  return [{ left: a, right: b, unit: isShared ? unit : undefined }]
}

function isConnected(tables: readonly string[], edges: readonly Edge[]): boolean {
  const [first] = tables
  if (first === undefined) return true
  const reached = new Set([first])
  let grew = true
  while (grew) {
    const size = reached.size
    for (const { left, right } of edges) {
      if (reached.has(left)) reached.add(right)
      else if (reached.has(right)) reached.add(left)
    }
    grew = reached.size > size
  }
  return tables.every((table) => reached.has(table))
}
