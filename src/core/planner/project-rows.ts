/** A query over protected rows that keeps them rows: names and expressions, no aggregate. */

import type { PlannedQuery } from './from-clause.ts'
import type { KeyContext } from './group-keys.ts'
import { outputName } from './output-names.ts'
import { refuse } from './refusal.ts'
import type { Select } from './syntax.ts'

export function projectRows({ query, items, rows, resolver }: KeyContext): PlannedQuery {
  refuseCut(query)
  const columns = items.map((item) => ({
    name: outputName(item),
    expression: resolver.resolve(item.expression),
  }))
  return { kind: 'rows', rows, columns }
}

/** Which rows a cut keeps depends on all of them. */
export function refuseCut(query: Select): void {
  if (query.modifiers.limit !== undefined || query.modifiers.offset !== undefined) {
    refuse(
      'row-level-output',
      query.at,
      'LIMIT and OFFSET may cut released results only, not protected rows.',
      'LIMIT 与 OFFSET 只能用于已发布的结果，不能截取受保护的明细行。',
    )
  }
  if (query.qualify !== undefined) {
    refuse(
      'row-level-output',
      query.qualify.at,
      'QUALIFY may run only on released results.',
      'QUALIFY 只能用于已发布的结果。',
    )
  }
}
