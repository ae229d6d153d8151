/** What an admitted statement would do: the SQL that would run, the uses it needs, and its cost. */

import type { AdmittedJob } from './admit-job.ts'
import type { Explanation } from './ports.ts'

export function explainAdmission(
  { plan, charge }: AdmittedJob,
  remaining: Explanation['remaining'],
): Explanation {
  return {
    verdict: 'admitted',
    mode: charge.mode,
    releases: plan.releaseNodes.map((node) => ({
      name: node.name,
      keys: node.keys.map((key) => key.source),
      measures: node.measures.map((measure) => measure.source),
      products: node.products,
      units: node.cellQueries.map((query) => query.unit),
      vaultSql: node.cellQueries.map((query) => query.sql),
    })),
    postSql: plan.postSql,
    columns: plan.columns,
    uses: groupUses(plan.requires),
    charge,
    remaining,
  }
}

function groupUses(requires: AdmittedJob['plan']['requires']): Explanation['uses'] {
  const byColumn = new Map<string, { product: string; column: string; uses: string[] }>()
  for (const { product, column, use } of requires) {
    const key = `${product}.${column}`
    const entry = byColumn.get(key) ?? { product, column, uses: [] }
    if (!entry.uses.includes(use)) entry.uses.push(use)
    byColumn.set(key, entry)
  }
  return [...byColumn.values()]
}
