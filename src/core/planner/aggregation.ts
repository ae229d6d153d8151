/** The release nodes of one grouped query: one for its groups, and one for each condition of an aggregate. */

import { name as column, logic } from './build.ts'
import { renaming } from './canonical-aliases.ts'
import type { PlanContext } from './context.ts'
import { sourceAliases } from './join-rows.ts'
import { conjunctsOf } from './predicates.ts'
import type { ByteOffset } from './refusal.ts'
import {
  type KeyDraft,
  type MeasureWish,
  measureOf,
  type NodeDraft,
  type Variable,
} from './release-draft.ts'
import type { Rows } from './rows.ts'
import type { Expression, Name } from './syntax.ts'
import { textOf } from './tree-walk.ts'

export class Aggregation {
  readonly rows: Rows
  readonly context: PlanContext
  readonly #keys: readonly KeyDraft[]
  readonly #nodes: NodeDraft[] = []
  readonly #byPredicate = new Map<string, NodeDraft>()

  constructor(rows: Rows, keys: readonly KeyDraft[], context: PlanContext) {
    this.rows = rows
    this.#keys = keys
    this.context = context
    if (keys.length > 0) this.#node(undefined)
  }

  /** The released column of a key. */
  keyColumn(index: number, at: ByteOffset): Name {
    return column(this.#node(undefined).name, `k${index}`, at)
  }

  /** The released column of a measure over the rows that meet all conditions. */
  measure(conditions: readonly Expression[], wish: MeasureWish): Name {
    const node = this.#node(conditions.length === 0 ? undefined : logic('AND', conditions))
    return measureOf(node, renamed(wish, this.rows, node.rows))
  }

  /**
   * The nodes in use, the one without a condition first: it decides which groups there are. It may
   * be missing where there are no keys and one condition only, which is then as good as a WHERE. A
   * node without measures counts units, which decide about its groups anyway.
   */
  finish(): readonly NodeDraft[] {
    const needsPrimary = this.#keys.length > 0 || this.#nodes.length !== 1
    const primary = needsPrimary ? this.#node(undefined) : undefined
    const others = this.#nodes.filter((node) => node !== primary)
    for (const node of others) node.within = enclosing(node, others) ?? primary
    const [main] = this.rows.units
    if (primary !== undefined && primary.measures.length === 0 && main !== undefined) {
      measureOf(primary, { kind: 'units', unit: main.unit, source: 'units' })
    }
    return primary === undefined ? others : [primary, ...others]
  }

  #node(predicate: Expression | undefined): NodeDraft {
    const text = predicate === undefined ? '' : textOf(predicate)
    const known = this.#byPredicate.get(text)
    if (known !== undefined) return known
    const node = this.context.nodeFor({ rows: this.rows, keys: this.#keys, predicate })
    this.#byPredicate.set(text, node)
    if (!this.#nodes.includes(node)) this.#nodes.push(node)
    return node
  }
}

/** A measure over rows that another part of the statement reads too, under that part's aliases. */
function renamed(wish: MeasureWish, from: Rows, to: Rows): MeasureWish {
  if (from === to || wish.kind === 'units') return wish
  const targets = sourceAliases(to.from)
  const aliases = new Map(sourceAliases(from.from).map((alias, i) => [alias, targets[i] ?? alias]))
  const rename = renaming(aliases)
  if (wish.kind === 'rows') {
    return wish.argument === undefined ? wish : { ...wish, argument: rename(wish.argument) }
  }
  const move = (each: Variable): Variable => ({ ...each, argument: rename(each.argument) })
  if (wish.kind !== 'moments') return { ...wish, variables: [move(wish.variables[0])] }
  const [first, second] = wish.variables
  return { ...wish, variables: second === undefined ? [move(first)] : [move(first), move(second)] }
}

/** Of the nodes with some of this node's conditions, and no others, the one with the most. */
function enclosing(node: NodeDraft, others: readonly NodeDraft[]): NodeDraft | undefined {
  const own = conditionsOf(node)
  let best: NodeDraft | undefined
  for (const other of others) {
    const theirs = conditionsOf(other)
    const isLarger = theirs.size < own.size && [...theirs].every((text) => own.has(text))
    if (isLarger && theirs.size > (best === undefined ? 0 : conditionsOf(best).size)) best = other
  }
  return best
}

function conditionsOf({ predicate }: NodeDraft): ReadonlySet<string> {
  return new Set(predicate === undefined ? [] : conjunctsOf(predicate).map(textOf))
}
