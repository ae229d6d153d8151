/** The one way out: exact cells in, a released table out. Nothing else in the service opens confidential data. */

import { assert, unreachable } from '../../model/assert.ts'
import { type Confidential, reveal } from '../../model/confidential.ts'
import type { Measure, ReleaseNode } from '../../model/plan.ts'
import type { ReleaseRules } from '../../model/release-policy.ts'
import { decline, ok, type Result } from '../../model/result.ts'
import type { ReleasedTable, TableColumn, TextTable } from '../../model/table.ts'
import type { NoiseSource } from '../privacy/noise-stream.ts'
import { type CellIndex, indexCells, type ReleasedCell } from './group-cells.ts'
import { latticeOf } from './lattice.ts'
import { releaseWithNoise } from './noise-release.ts'
import { readCells } from './read-cells.ts'
import { releaseByThreshold } from './threshold-release.ts'

export interface ReleaseOrder {
  readonly node: ReleaseNode
  /** The answers to the node's cell queries, in their order. */
  readonly tables: Confidential<readonly TextTable[]>
  readonly rules: ReleaseRules
  /** What this node may cost, as `splitCharge` gives it; zero in threshold mode. */
  readonly picoRho: bigint
  /** Bound to this release and this node; unused in threshold mode. */
  readonly noise: NoiseSource
}

/**
 * Judges every cell of one release node. Rows come in the order of their key bytes, whatever the
 * order of arrival.
 *
 * @throws {InvariantViolation} Cells that contradict the plan, or rules that `price` would have refused.
 */
export function release(order: ReleaseOrder): Result<ReleasedTable> {
  const { node, rules } = order
  const tables = reveal(order.tables)
  assert(tables.length === node.cellQueries.length, 'every cell query has an answer')
  const cellTables = node.cellQueries.map(({ unit }, i) => {
    const table = tables[i]
    assert(table !== undefined, 'every cell query has an answer')
    return readCells(table, node, unit)
  })
  const keyTypes = cellTables[0]?.keyTypes ?? []
  assert(
    cellTables.every((table) => table.keyTypes.every((type, i) => type === keyTypes[i])),
    'the cell tables of a node agree on the types of its keys',
  )

  const cells = releaseCells(order, cellTables.map(indexCells))
  if (cells.length > rules.maximumCells) {
    return decline('output-withheld', {
      en: `the policy releases at most ${rules.maximumCells} cells at once`,
      zh: `策略每次最多发布 ${rules.maximumCells} 个单元格`,
    })
  }
  return ok({
    name: node.name,
    columns: [
      ...node.keys.map(({ column }, i) => ({ name: column, type: keyTypes[i] ?? '' })),
      ...node.measures.map(releasedColumn),
    ],
    rows: cells
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ keys, values }) => [...keys, ...values]),
  })
}

function releaseCells(
  { node, rules, picoRho, noise }: ReleaseOrder,
  indexes: readonly CellIndex[],
): readonly ReleasedCell[] {
  switch (rules.mode) {
    case 'threshold':
      return releaseByThreshold(node, rules, indexes)
    case 'dp': {
      const [index, ...others] = indexes
      assert(index !== undefined && others.length === 0, 'a noised node protects one unit')
      return releaseWithNoise({ node, picoRho, noise }, rules, index)
    }
    default:
      return unreachable(rules, 'releaseCells')
  }
}

function releasedColumn(measure: Measure): TableColumn {
  const name = measure.column
  switch (measure.kind) {
    case 'units':
    case 'rows':
      return { name, type: 'BIGINT' }
    case 'sum':
      return { name, type: `DECIMAL(38,${latticeOf(measure).scale})` }
    case 'mean':
      return { name, type: 'DOUBLE' }
    default:
      return unreachable(measure, 'releasedColumn')
  }
}
