/** Cells by group key, and the groups that a release has to judge. */

import { assert } from '../../model/assert.ts'
import type { Cell, CellTable, MeasureCell, VariableCell } from '../../model/cell.ts'
import type { ReleaseNode } from '../../model/plan.ts'
import type { TextValue } from '../../model/table.ts'
import {
  domainsOf,
  encodeGroupKey,
  hasPublicKeys,
  isInDomain,
  type KeyBytes,
  publicGroups,
} from './group-keys.ts'

export type CellIndex = ReadonlyMap<KeyBytes, Cell>

/** A node whose cells have been read. */
export interface NodeCells {
  readonly node: ReleaseNode
  readonly keyTypes: readonly string[]
  /** The same cells counted for each protected unit, in the order of the node's queries. */
  readonly indexes: readonly CellIndex[]
}

export interface Group {
  readonly key: KeyBytes
  readonly keys: readonly TextValue[]
}

/** A group that leaves, with its values in the order of the node's measures. */
export interface ReleasedCell extends Group {
  readonly values: readonly TextValue[]
}

/**
 * @throws {InvariantViolation} A key that comes twice: its values would leave twice, under equal noise.
 */
export function indexCells(table: CellTable): CellIndex {
  const index = new Map<KeyBytes, Cell>()
  for (const cell of table.cells) index.set(encodeGroupKey(cell.keys), cell)
  assert(index.size === table.cells.length, 'a cell table holds every group once')
  return index
}

/** Every combination of public keys, or the groups that arrived and fit the public lists among their keys. */
export function groupsToJudge(node: ReleaseNode, index: CellIndex | undefined): readonly Group[] {
  if (hasPublicKeys(node)) {
    return Array.from(publicGroups(node.keys), (keys) => ({ key: encodeGroupKey(keys), keys }))
  }
  const domains = domainsOf(node)
  const groups: Group[] = []
  for (const [key, { keys }] of index ?? []) {
    if (isInDomain(keys, domains)) groups.push({ key, keys })
  }
  return groups
}

/** What a cell without rows holds. */
const EMPTY_VARIABLE: VariableCell = {
  sum: 0n,
  squares: 0n,
  absolute: 0n,
  largest: 0n,
  second: 0n,
}

const EMPTY_MEASURE: MeasureCell = {
  units: 0n,
  rows: 0n,
  variables: [EMPTY_VARIABLE, EMPTY_VARIABLE],
  products: [0n, 0n, 0n],
}

/** Where each of the node's measures lies in a cell; `units` measures lie nowhere. */
export function measurePositions(
  node: Pick<ReleaseNode, 'measures'>,
): readonly (number | undefined)[] {
  let next = 0
  return node.measures.map(({ kind }) => (kind === 'units' ? undefined : next++))
}

/** One measure of a cell. Cells that did not arrive are empty. */
export function measureAt(cell: Cell | undefined, position: number | undefined): MeasureCell {
  return (position === undefined ? undefined : cell?.measures[position]) ?? EMPTY_MEASURE
}
