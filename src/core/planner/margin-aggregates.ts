/**
 * Aggregates under ROLLUP, CUBE and GROUPING SETS. Margins are sums of released cells: a margin of
 * its own would give away, by subtraction, a cell that was withheld.
 */

import { call } from './build.ts'
import type { GroupValues } from './group-rewriter.ts'
import type { ByteOffset } from './refusal.ts'
import { refuse } from './refusal.ts'
import type { Call, Expression, Name } from './syntax.ts'
import { mapChildren } from './tree-walk.ts'

const ADDITIVE = new Set(['count', 'count_star', 'count_if', 'countif', 'sum'])

export class MarginAggregates implements GroupValues {
  readonly #cells: GroupValues

  constructor(cells: GroupValues) {
    this.#cells = cells
  }

  keyColumn(index: number, at: ByteOffset): Name {
    return this.#cells.keyColumn(index, at)
  }

  valueOf(aggregate: Call): Expression {
    if (!ADDITIVE.has(aggregate.name) || aggregate.distinct) {
      return refuse(
        'sql-unsupported',
        aggregate.at,
        'With ROLLUP, CUBE or GROUPING SETS use count and sum, which add up; write avg as sum / count, and run other aggregates as one query per grouping.',
        '使用 ROLLUP、CUBE 或 GROUPING SETS 时只支持可相加的 count 与 sum；avg 请写作 sum / count，其他汇总请按分组方式分别查询。',
      )
    }
    return summed(this.#cells.valueOf(aggregate))
  }
}

function summed(value: Expression): Expression {
  return value.kind === 'name' ? call('sum', value) : mapChildren(value, summed)
}
