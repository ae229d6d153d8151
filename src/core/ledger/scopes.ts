/** Where a charge counts: against the operator, the agreement, and every dataset and unit it reads. */

import { assert } from '../../model/assert.ts'
import type { UnitName } from '../../model/data-product.ts'
import type { Grant } from '../../model/grant.ts'
import type { Plan, ReleaseNode } from '../../model/plan.ts'

export interface Scope {
  readonly kind: 'operator' | 'agreement' | 'dataset'
  /** Organisation, agreement id, or `dataset/unit`. */
  readonly id: string
  /** The most that may ever be spent here, in units of 1e-12 rho. */
  readonly cap: bigint
}

/** Names a scope across kinds. */
export type ScopeKey = `${Scope['kind']}:${string}`

export function scopeKey({ kind, id }: Pick<Scope, 'kind' | 'id'>): ScopeKey {
  return `${kind}:${id}`
}

/**
 * Every scope that a plan is charged to, in a fixed order; none in threshold mode. What a dataset
 * has given away about a unit counts whoever asked, so operators cannot pool their budgets.
 */
export function scopesOf(grant: Grant, plan: Plan): readonly Scope[] {
  const { rules } = grant.release
  if (rules.mode !== 'dp') return []
  const { caps } = rules
  const datasets = new Set(plan.releaseNodes.flatMap((node) => datasetIds(node, grant)))
  return [
    { kind: 'operator', id: grant.principal.organisation, cap: BigInt(caps.operator) },
    { kind: 'agreement', id: grant.agreement.id, cap: BigInt(caps.agreement) },
    ...[...datasets]
      .toSorted()
      .map((id): Scope => ({ kind: 'dataset', id, cap: BigInt(caps.dataset) })),
  ]
}

/** Public reference tables protect nobody and have no budget. */
function datasetIds(node: ReleaseNode, grant: Grant): readonly string[] {
  return node.products.flatMap((id) => {
    const product = grant.products.get(id)
    assert(product !== undefined, 'a plan reads products of its grant')
    if (product.units.length === 0) return []
    return node.cellQueries.map(({ unit }) => datasetId(product.dataset, unit))
  })
}

function datasetId(dataset: string, unit: UnitName): string {
  return `${dataset}/${unit}`
}
