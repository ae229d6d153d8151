/**
 * A grouped query over protected rows. Its keys and aggregates become release nodes; everything
 * else it says (HAVING, ORDER BY, arithmetic, windows) is rewritten to run on what they release.
 */

import { Aggregation } from './aggregation.ts'
import { compare, item, logic, name, select, TRUE_LITERAL, table } from './build.ts'
import type { PlannedQuery } from './from-clause.ts'
import { groupingSets, groupKeys, type KeyContext } from './group-keys.ts'
import { GroupRewriter, type GroupValues } from './group-rewriter.ts'
import { MarginAggregates } from './margin-aggregates.ts'
import { finishModifiers } from './modifiers.ts'
import { outputName } from './output-names.ts'
import { NOWHERE } from './refusal.ts'
import type { NodeDraft } from './release-draft.ts'
import { ReleasedAggregates } from './released-aggregates.ts'
import type { Grouping, Relation } from './syntax.ts'

export function planGrouped(keyContext: KeyContext): PlannedQuery {
  const { query, items, rows, resolver, context, environment } = keyContext
  const keys = groupKeys(keyContext)
  const aggregation = new Aggregation(rows, keys, context)
  const sets = groupingSets(keyContext, keys)
  const cells = new ReleasedAggregates(aggregation, resolver)
  const values = sets.length === 0 ? cells : new MarginAggregates(cells)
  const rewriter = new GroupRewriter({ rows, items, keys, resolver, values, environment })
  const shown = items.map((each, index) => item(rewriter.rewrite(each.expression), `c${index}`))
  const having = query.having === undefined ? undefined : rewriter.rewrite(query.having)
  const qualify = query.qualify === undefined ? undefined : rewriter.rewrite(query.qualify)
  const modifiers = finishModifiers(query.modifiers, items, (expression) =>
    rewriter.rewriteOrder(expression),
  )
  const nodes = aggregation.finish()
  const parts = { items: shown, from: releasedTables(nodes), qualify, modifiers }
  return {
    kind: 'open',
    query:
      sets.length === 0
        ? select({ ...parts, where: having })
        : select({ ...parts, having, grouping: marginGrouping(keys.length, sets, values) }),
    columns: items.map((each, index) => ({ name: outputName(each), alias: `c${index}` })),
  }
}

function marginGrouping(
  keyCount: number,
  sets: readonly (readonly number[])[],
  values: GroupValues,
): Grouping {
  const expressions = Array.from({ length: keyCount }, (_, index) =>
    values.keyColumn(index, NOWHERE),
  )
  return { kind: 'by', expressions, sets }
}

/** The primary node's groups, with what the other nodes release about each of them. */
function releasedTables(nodes: readonly NodeDraft[]): Relation | undefined {
  const [primary, ...others] = nodes
  if (primary === undefined) return undefined
  return others.reduce<Relation>(
    (left, node) => {
      const sameKeys = node.keys.map((_, index) =>
        compare(
          'IS NOT DISTINCT FROM',
          name(primary.name, `k${index}`),
          name(node.name, `k${index}`),
        ),
      )
      return {
        kind: 'join',
        at: -1,
        type: 'LEFT',
        form: 'on',
        left,
        right: table(node.name, node.name),
        using: [],
        condition: sameKeys.length === 0 ? TRUE_LITERAL : logic('AND', sameKeys),
      }
    },
    table(primary.name, primary.name),
  )
}
