/** What one planning run knows and collects: the grant, the catalog, sources, uses and joins. */

import type { ColumnUse, DataProduct } from '../../model/data-product.ts'
import type { Grant } from '../../model/grant.ts'
import type { RequiredUse } from '../../model/plan.ts'
import { InliningBudget } from './expression-size.ts'
import { type PublicTable, publicSelect } from './public-tables.ts'
import { type ByteOffset, refuse } from './refusal.ts'
import { type NodeDraft, nodeText } from './release-draft.ts'
import { SourceRegistry } from './rows.ts'

/** Sources one statement may open, counting each use of a common table anew. */
const MAX_SOURCES = 12

export class PlanContext {
  readonly grant: Grant
  /** Every product there is, consulted only to name the status that forbids its use. */
  readonly catalog: ReadonlyMap<string, DataProduct>
  readonly registry = new SourceRegistry()
  readonly inlining = new InliningBudget()
  readonly #uses = new Map<string, RequiredUse>()
  readonly #joins = new Map<string, readonly [string, string]>()
  readonly #nodes = new Map<string, NodeDraft>()
  readonly #publicTables = new Map<string, PublicTable>()
  #sources = 0
  #openTables = 0

  constructor(grant: Grant, catalog: ReadonlyMap<string, DataProduct>) {
    this.grant = grant
    this.catalog = catalog
  }

  get mode(): 'threshold' | 'dp' {
    return this.grant.release.rules.mode
  }

  nextAlias(at: ByteOffset): string {
    if (this.#sources >= MAX_SOURCES) {
      refuse(
        'sql-too-complex',
        at,
        `The query reads more than ${MAX_SOURCES} tables.`,
        `查询读取的表超过 ${MAX_SOURCES} 张。`,
      )
    }
    return `t${this.#sources++}`
  }

  /** An alias for a table of released values. */
  nextOpenAlias(): string {
    return `r${this.#openTables++}`
  }

  /** The release node for these rows, keys and predicate: one node, however often it is asked for. */
  nodeFor(parts: Pick<NodeDraft, 'rows' | 'keys' | 'predicate'>): NodeDraft {
    const text = nodeText(parts)
    const known = this.#nodes.get(text)
    if (known !== undefined) return known
    const name = `released_${this.#nodes.size}`
    const node = { ...parts, name, within: undefined, measures: [] }
    this.#nodes.set(text, node)
    return node
  }

  /** The name under which the post query reads a public product. */
  publicTable(product: string): string {
    const known = this.#publicTables.get(product)
    if (known !== undefined) return known.name
    const listed = this.grant.agreement.products[product] ?? {}
    const columns = this.grant.products.get(product)?.columns.map((column) => column.name) ?? []
    const agreed = columns.filter((column) => listed[column] !== undefined)
    const tree = publicSelect(product, agreed)
    const added = { name: `public_${this.#publicTables.size}`, product, tree }
    this.#publicTables.set(product, added)
    return added.name
  }

  get publicTables(): readonly PublicTable[] {
    return [...this.#publicTables.values()]
  }

  get nodes(): readonly NodeDraft[] {
    return [...this.#nodes.values()]
  }

  addUse(product: string, column: string, use: ColumnUse): void {
    this.#uses.set(`${product}.${column}:${use}`, { product, column, use })
  }

  addJoin(left: string, right: string): void {
    const pair: readonly [string, string] = left < right ? [left, right] : [right, left]
    this.#joins.set(pair.join('='), pair)
  }

  get requires(): readonly RequiredUse[] {
    return [...this.#uses.entries()].sort(byKey).map(([, use]) => use)
  }

  get joins(): readonly (readonly [string, string])[] {
    return [...this.#joins.entries()].sort(byKey).map(([, pair]) => pair)
  }
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1
}
