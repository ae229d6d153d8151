/** Tables and their totals in one plan: what the totals must not give away about withheld cells. */

import type { Cell } from '../../model/cell.ts'
import type { UnitName } from '../../model/data-product.ts'
import type { Measure, ReleaseNode } from '../../model/plan.ts'
import type { ExactRules } from './exact-rules.ts'
import { measureAt, measurePositions, type NodeCells, type ReleasedCell } from './group-cells.ts'
import { encodeGroupKey, type KeyBytes } from './group-keys.ts'
import { type Line, suppressComplement, type TableCell } from './suppress-complement.ts'

/** One cell of one node, and the value of one measure in it. */
interface Place extends TableCell {
  readonly node: number
  readonly key: KeyBytes
}

/** Of larger tables no totals are shown: to check them would take too long. */
const MAXIMUM_PLACES = 2000

/** A measure as the nodes of one cohort hold it, by position of the node. */
type Held = ReadonlyMap<number, number>

/**
 * Withholds further values where a node and its totals are released together. Amounts and units are those of
 * each node's first protected unit.
 */
export function withholdComplements(
  nodes: readonly NodeCells[],
  released: readonly (readonly ReleasedCell[])[],
  rulesOf: (unit: UnitName) => ExactRules,
): readonly (readonly ReleasedCell[])[] {
  const withheld = new Set<string>()
  for (const family of familiesOf(nodes)) {
    const unit = nodes[family[0] ?? 0]?.node.cellQueries[0]?.unit
    const rules = unit === undefined ? undefined : rulesOf(unit)
    if (rules === undefined || rules.minimumUnits === 0n) continue
    for (const held of measuresOf(nodes, family)) {
      for (const { node, key } of withheldPlaces(nodes, released, held, rules)) {
        withheld.add(valueName(node, held.get(node), key))
      }
    }
  }
  if (withheld.size === 0) return released
  return released.map((cells, node) =>
    cells.map((cell) => {
      const isWithheld = (i: number): boolean => withheld.has(valueName(node, i, cell.key))
      return { ...cell, values: cell.values.map((value, i) => (isWithheld(i) ? null : value)) }
    }),
  )
}

function valueName(node: number, measure: number | undefined, key: KeyBytes): string {
  return `${node}/${measure}/${key}`
}

function withheldPlaces(
  nodes: readonly NodeCells[],
  released: readonly (readonly ReleasedCell[])[],
  held: Held,
  rules: ExactRules,
): readonly Place[] {
  const places = placesOf(nodes, released, held)
  const lines = linesOf(nodes, places)
  const [node = 0, position = 0] = [...held][0] ?? []
  const protection = protectionOf(rules, nodes[node]?.node.measures[position])
  const withheld =
    places.length > MAXIMUM_PLACES
      ? lines.map(({ total }) => total)
      : suppressComplement(places, lines, protection)
  return Array.from(new Set(withheld), (at) => places[at]).filter((place) => place !== undefined)
}

/** Positions of nodes over the same rows, where there are several. */
function familiesOf(nodes: readonly NodeCells[]): readonly (readonly number[])[] {
  const byCohort = new Map<string, number[]>()
  nodes.forEach(({ node: { cohort } }, position) => {
    if (cohort === undefined) return
    byCohort.set(cohort, [...(byCohort.get(cohort) ?? []), position])
  })
  return [...byCohort.values()].filter((family) => family.length > 1)
}

/** The measures that at least two nodes of a family share. */
function measuresOf(nodes: readonly NodeCells[], family: readonly number[]): readonly Held[] {
  const held = new Map<string, Map<number, number>>()
  for (const position of family) {
    nodes[position]?.node.measures.forEach((measure, i) => {
      const name = `${measure.kind}/${measure.source}`
      held.set(name, (held.get(name) ?? new Map<number, number>()).set(position, i))
    })
  }
  return [...held.values()].filter((each) => each.size > 1)
}

/** Every cell with the measure, named or not: one that does not leave is an unknown like any other. */
function placesOf(
  nodes: readonly NodeCells[],
  released: readonly (readonly ReleasedCell[])[],
  held: Held,
): readonly Place[] {
  return [...held].flatMap(([node, measure]) => {
    const shown = new Map(released[node]?.map(({ key, values }) => [key, values[measure] ?? null]))
    const position = measurePositions(nodes[node]?.node ?? EMPTY)[measure]
    return [...(nodes[node]?.indexes[0] ?? [])].map(([key, cell]) => ({
      node,
      key,
      ...amountOf(cell, position, nodes[node]?.node.measures[measure]),
      isSensitive: (shown.get(key) ?? null) === null,
    }))
  })
}

const EMPTY: Pick<ReleaseNode, 'measures'> = { measures: [] }

function amountOf(
  cell: Cell,
  position: number | undefined,
  measure: Measure | undefined,
): Pick<TableCell, 'amount' | 'units'> {
  if (measure?.kind === 'units') return { amount: cell.units, units: cell.units }
  const { units, variables } = measureAt(cell, position)
  return { amount: variables[0].absolute, units }
}

/** Each cell of a node with fewer keys is the total of the cells that share its keys. */
function linesOf(nodes: readonly NodeCells[], places: readonly Place[]): readonly Line[] {
  const lines: Line[] = []
  const present = [...new Set(places.map(({ node }) => node))]
  for (const fine of present) {
    for (const coarse of present) {
      const kept = keptKeys(nodes[fine]?.node, nodes[coarse]?.node)
      if (fine === coarse || kept === undefined) continue
      const parts = new Map<KeyBytes, number[]>()
      places.forEach(({ node, key }, position) => {
        if (node !== fine) return
        const keys = nodes[fine]?.indexes[0]?.get(key)?.keys ?? []
        const total = encodeGroupKey(kept.map((i) => keys[i] ?? null))
        const line = parts.get(total) ?? []
        line.push(position)
        parts.set(total, line)
      })
      places.forEach(({ node, key }, total) => {
        const own = node === coarse ? parts.get(key) : undefined
        if (own !== undefined) lines.push({ total, parts: own })
      })
    }
  }
  return lines
}

/** Where the coarse node's keys stand among the fine node's, if they are some of them but not all. */
function keptKeys(
  fine: ReleaseNode | undefined,
  coarse: ReleaseNode | undefined,
): readonly number[] | undefined {
  if (fine === undefined || coarse === undefined) return undefined
  if (coarse.keys.length >= fine.keys.length) return undefined
  const kept = coarse.keys.map(({ source }) => fine.keys.findIndex((key) => key.source === source))
  return kept.includes(-1) ? undefined : kept
}

function protectionOf(
  { minimumUnits, remainderShare }: ExactRules,
  measure: Measure | undefined,
): Parameters<typeof suppressComplement>[2] {
  const isCount = measure?.kind === 'units' || measure?.kind === 'rows'
  return {
    minimumUnits,
    widthOf: ({ amount }) => (isCount ? minimumUnits : (amount * remainderShare) / 1000n + 1n),
  }
}
