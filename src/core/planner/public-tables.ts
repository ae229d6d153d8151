/** Public tables: they protect nobody, so the post query may read them as they are. */

import { ascending, integerLiteral, item, NO_MODIFIERS, name, select, table } from './build.ts'
import type { PlanContext } from './context.ts'
import type { Open, Rows, Source } from './rows.ts'
import type { Relation, Select } from './syntax.ts'

/** A public table that the post query reads under its own name. */
export interface PublicTable {
  readonly name: string
  readonly product: string
  readonly tree: Select
}

/** The same source among released tables, when nothing in it is protected. */
export function asOpen(source: Source, context: PlanContext): Source {
  if (source.kind === 'open' || source.units.length > 0) return source
  return openRows(source, context)
}

function openRows({ from, filters, scope }: Rows, context: PlanContext): Open {
  const shipped = (relation: Relation): Relation => {
    if (relation.kind === 'join') {
      return { ...relation, left: shipped(relation.left), right: shipped(relation.right) }
    }
    if (relation.kind !== 'table') return relation
    return table(context.publicTable(relation.name), relation.alias)
  }
  return { kind: 'open', from: shipped(from), filters, scope }
}

/** All agreed columns of a public product, in an order that depends on nothing but them. */
export function publicSelect(product: string, columns: readonly string[]): Select {
  const order = columns.map((_, index) => ascending(integerLiteral(BigInt(index + 1))))
  return select({
    items: columns.map((column) => item(name('t0', column), column)),
    from: table(product, 't0', 'main'),
    modifiers: { ...NO_MODIFIERS, order },
  })
}
