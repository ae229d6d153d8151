/** Release by rules: which cells are named, and which of their values leave. */

import { assert } from '../../model/assert.ts'
import type { Cell } from '../../model/cell.ts'
import type { UnitName } from '../../model/data-product.ts'
import type { Measure, ReleaseNode } from '../../model/plan.ts'
import type { ThresholdRules } from '../../model/release-policy.ts'
import type { TextValue } from '../../model/table.ts'
import { type ExactRules, exactRules } from './exact-rules.ts'
import {
  type CellIndex,
  type Group,
  groupsToJudge,
  measureAt,
  measurePositions,
  type NodeCells,
  type ReleasedCell,
} from './group-cells.ts'
import { encodeGroupKey, hasPublicKeys, type KeyBytes } from './group-keys.ts'
import { isClassDisclosed } from './homogeneity.ts'
import { isLargeEnough, mayCountLeave, mayValueLeave, type View } from './judge-cell.ts'
import { latticesOf } from './lattice.ts'
import { withholdComplements } from './margins.ts'
import { writeUnits, writeValue } from './write-value.ts'

const EMPTY_CELL: Cell = { keys: [], units: 0n, rows: 0n, measures: [] }

/** The groups of one node that are named, by key, and whether what lies behind each is large enough. */
type Named = ReadonlyMap<KeyBytes, { readonly group: Group; readonly isLarge: boolean }>

/** What the values of a node are judged with. */
interface Bench {
  readonly cells: NodeCells
  readonly within: NodeCells | undefined
  readonly unitRules: readonly ExactRules[]
}

/** @returns For each node, in the given order, the cells that leave. */
export function releaseByThreshold(
  nodes: readonly NodeCells[],
  rules: ThresholdRules,
): readonly (readonly ReleasedCell[])[] {
  const byName = new Map(nodes.map((cells) => [cells.node.name, cells]))
  const named = new Map<string, Named>()
  const released = nodes.map((cells) => {
    const { node } = cells
    const within = node.within === undefined ? undefined : byName.get(node.within)
    assert(
      node.within === undefined || (within !== undefined && isWithin(node, within.node)),
      'a node lies within a node of its plan with the same keys and units',
    )
    // Only the outermost cell decides whether a group is named: a condition must not show by absence.
    const outer = outermost(node, byName)
    const groups = named.get(outer.node.name) ?? nameGroups(outer, rules)
    named.set(outer.node.name, groups)
    const unitRules = node.cellQueries.map(({ unit }) => rulesOf(rules, unit))
    return judgeNode({ cells, within, unitRules }, groups, rules)
  })
  return withholdComplements(nodes, released, (unit) => rulesOf(rules, unit))
}

/** Same keys in the same order, and the same units, so that cells and rules correspond. */
function isWithin(node: ReleaseNode, outer: ReleaseNode): boolean {
  return (
    node.keys.length === outer.keys.length &&
    node.keys.every(({ source }, i) => source === outer.keys[i]?.source) &&
    node.cellQueries.length === outer.cellQueries.length &&
    node.cellQueries.every(({ unit }, i) => unit === outer.cellQueries[i]?.unit)
  )
}

function outermost(node: ReleaseNode, byName: ReadonlyMap<string, NodeCells>): NodeCells {
  let name = node.name
  for (let depth = 0; depth <= byName.size; depth++) {
    const cells = byName.get(name)
    assert(
      cells !== undefined,
      'a node lies within a node of its plan with the same keys and units',
    )
    if (cells.node.within === undefined) return cells
    name = cells.node.within
  }
  assert(false, 'no node lies within itself')
}

/** A private group that is too small is not even named. A public one is named, empty or not. */
function nameGroups({ node, indexes }: NodeCells, rules: ThresholdRules): Named {
  const unitRules = node.cellQueries.map(({ unit }) => rulesOf(rules, unit))
  const hasPrivateKeys = !hasPublicKeys(node)
  const named = new Map<KeyBytes, { group: Group; isLarge: boolean }>()
  const disclosed = indexes.map((index, i) => disclosedGroups(node, index, unitRules[i]))
  for (const group of groupsToJudge(node, indexes[0])) {
    const isLarge =
      unitRules.every((rule, i) => isLargeEnough(indexes[i]?.get(group.key), rule)) &&
      !disclosed.some((groups) => groups.has(group.key))
    if (isLarge || !hasPrivateKeys) named.set(group.key, { group, isLarge })
  }
  return named
}

/** R5: groups whose sensitive key (nearly) all units with the same other keys share, and their neighbours. */
function disclosedGroups(
  { keys }: ReleaseNode,
  index: CellIndex,
  rules: ExactRules | undefined,
): ReadonlySet<KeyBytes> {
  const disclosed = new Set<KeyBytes>()
  if (rules === undefined || rules.minimumUnits === 0n) return disclosed
  if (!keys.some(({ isSensitive }) => isSensitive)) return disclosed
  const lines = new Map<KeyBytes, { readonly key: KeyBytes; readonly units: bigint }[]>()
  for (const [key, cell] of index) {
    const others = encodeGroupKey(cell.keys.filter((_, i) => !keys[i]?.isSensitive))
    const line = lines.get(others) ?? []
    line.push({ key, units: cell.units })
    lines.set(others, line)
  }
  for (const line of lines.values()) {
    const classes = line.map(({ units }) => units)
    if (isClassDisclosed(classes, rules)) for (const { key } of line) disclosed.add(key)
  }
  return disclosed
}

function judgeNode(bench: Bench, groups: Named, rules: ThresholdRules): readonly ReleasedCell[] {
  const { cells, within, unitRules } = bench
  const readers = valueReaders(bench, rules)
  const nothing = readers.map(() => null)
  return Array.from(groups.values(), ({ group, isLarge }) => {
    const { key, keys } = group
    if (!isLarge) return { key, keys, values: nothing }
    const views = unitRules.map((unitRule, i) => ({
      cell: cellAt(cells.indexes[i], key),
      outer: within === undefined ? undefined : cellAt(within.indexes[i], key),
      rules: unitRule,
    }))
    views.forEach(checkContained)
    return { key, keys, values: readers.map((read) => read(views)) }
  })
}

/** @throws {InvariantViolation} A part that is larger than its whole. */
function checkContained({ cell, outer }: View): void {
  assert(
    outer === undefined || (cell.units <= outer.units && cell.rows <= outer.rows),
    'a cell is no larger than the one that contains it',
  )
}

type ValueReader = (views: readonly View[]) => TextValue

function valueReaders({ cells, within }: Bench, rules: ThresholdRules): readonly ValueReader[] {
  const { node } = cells
  const positions = measurePositions(node)
  return node.measures.map((measure, i) => {
    if (measure.kind === 'units') return unitsReader(measure.unit, node, rules)
    const position = positions[i]
    const outerPosition = within && positionOfSame(measure, within.node)
    const lattices = latticesOf(measure)
    return (views) => {
      for (const view of views) {
        const whole = outerPosition === undefined ? undefined : view.outer
        const parts = {
          part: measureAt(view.cell, position),
          whole: whole && measureAt(whole, outerPosition),
        }
        if (!mayValueLeave(measure, lattices, view, parts)) return null
      }
      return writeValue(measure, lattices, measureAt(views[0]?.cell, position), rules)
    }
  })
}

function unitsReader(unit: UnitName, node: ReleaseNode, rules: ThresholdRules): ValueReader {
  const position = node.cellQueries.findIndex((query) => query.unit === unit)
  return (views) => {
    const view = views[position]
    assert(view !== undefined, 'units are counted for a protected unit')
    const isSafe = views.every((each) => mayCountLeave(each.cell.units, each))
    return isSafe ? writeUnits(view.cell.units, rules) : null
  }
}

/** Where the containing node holds the same measure, so that what is left of it is known to readers. */
function positionOfSame(measure: Measure, outer: ReleaseNode): number | undefined {
  const same = outer.measures.findIndex(
    (other) => 'bounds' in other && 'bounds' in measure && isSameVariable(measure, other),
  )
  return measurePositions(outer)[same]
}

function isSameVariable(a: Measure, b: Measure): boolean {
  return a.kind === b.kind && a.source === b.source
}

function cellAt(index: CellIndex | undefined, key: KeyBytes): Cell {
  return index?.get(key) ?? EMPTY_CELL
}

function rulesOf(rules: ThresholdRules, unit: UnitName): ExactRules {
  const unitRules = rules.units[unit]
  assert(unitRules !== undefined, 'a threshold policy has rules for every protected unit')
  return exactRules(unitRules)
}
