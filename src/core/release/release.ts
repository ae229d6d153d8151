/** The one way out: exact cells in, released tables out. Nothing else in the service opens confidential data. */

import { assert, unreachable } from '../../model/assert.ts'
import { type Confidential, reveal } from '../../model/confidential.ts'
import type { Measure, ReleaseNode } from '../../model/plan.ts'
import type { ReleaseRules } from '../../model/release-policy.ts'
import { decline, ok, type Result } from '../../model/result.ts'
import type { ReleasedTable, TableColumn, TextTable } from '../../model/table.ts'
import type { NoiseSource } from '../privacy/noise-stream.ts'
import { indexCells, type NodeCells, type ReleasedCell } from './group-cells.ts'
import { latticeOf } from './lattice.ts'
import { ERROR_SUFFIXES } from './noise-errors.ts'
import { releaseWithNoise } from './noise-release.ts'
import { readCells } from './read-cells.ts'
import { releaseByThreshold } from './threshold-release.ts'

/** One release node of a plan with what the vault answered. */
export interface ReleaseOrder {
  readonly node: ReleaseNode
  /** The answers to the node's cell queries, in their order. */
  readonly tables: Confidential<readonly TextTable[]>
  /** What this node may cost, as `splitCharge` gives it; zero in threshold mode. */
  readonly picoRho: bigint
  /** Bound to this release and this node; unused in threshold mode. */
  readonly noise: NoiseSource
}

/**
 * Judges every cell of every release node of a plan. The nodes come together because what one shows
 * bears on what another may. Rows come in the order of their key bytes, whatever the order of arrival.
 *
 * @param orders All release nodes of the plan, in their order.
 * @throws {InvariantViolation} Cells that contradict the plan, or rules that `price` would have refused.
 */
export function releaseAll(
  orders: readonly ReleaseOrder[],
  rules: ReleaseRules,
): Result<readonly ReleasedTable[]> {
  const nodes = orders.map(openCells)
  const released = releaseCells(orders, nodes, rules)
  if (released.some((cells) => cells.length > rules.maximumCells)) {
    return decline('output-withheld', {
      en: `the policy releases at most ${rules.maximumCells} cells at once`,
      zh: `策略每次最多发布 ${rules.maximumCells} 个单元格`,
    })
  }
  return ok(nodes.map((node, i) => releasedTable(node, released[i] ?? [], rules.mode)))
}

function openCells({ node, tables }: ReleaseOrder): NodeCells {
  const opened = reveal(tables)
  assert(opened.length === node.cellQueries.length, 'every cell query has an answer')
  const cellTables = node.cellQueries.map(({ unit }, i) => {
    const table = opened[i]
    assert(table !== undefined, 'every cell query has an answer')
    return readCells(table, node, unit)
  })
  const keyTypes = cellTables[0]?.keyTypes ?? []
  assert(
    cellTables.every((table) => table.keyTypes.every((type, i) => type === keyTypes[i])),
    'the cell tables of a node agree on the types of its keys',
  )
  return { node, keyTypes, indexes: cellTables.map(indexCells) }
}

function releaseCells(
  orders: readonly ReleaseOrder[],
  nodes: readonly NodeCells[],
  rules: ReleaseRules,
): readonly (readonly ReleasedCell[])[] {
  switch (rules.mode) {
    case 'threshold':
      return releaseByThreshold(nodes, rules)
    case 'dp':
      return orders.map((order, i) => {
        const [index, ...others] = nodes[i]?.indexes ?? []
        assert(index !== undefined && others.length === 0, 'a noised node protects one unit')
        return releaseWithNoise(order, rules, index)
      })
    default:
      return unreachable(rules, 'releaseCells')
  }
}

function releasedTable(
  { node, keyTypes }: NodeCells,
  cells: readonly ReleasedCell[],
  mode: ReleaseRules['mode'],
): ReleasedTable {
  const hasErrors = mode === 'dp' && node.withErrors === true
  return {
    name: node.name,
    columns: [
      ...node.keys.map(({ column }, i) => ({ name: column, type: keyTypes[i] ?? '' })),
      ...node.measures.flatMap((measure) => [
        releasedColumn(measure),
        ...(hasErrors ? ERROR_SUFFIXES.map((suffix) => errorColumn(measure, suffix)) : []),
      ]),
    ],
    rows: cells
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ keys, values }) => [...keys, ...values]),
  }
}

function errorColumn({ column }: Measure, suffix: string): TableColumn {
  return { name: `${column}_${suffix}`, type: 'DOUBLE' }
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
    case 'moments':
      return { name, type: 'DOUBLE' }
    default:
      return unreachable(measure, 'releasedColumn')
  }
}
