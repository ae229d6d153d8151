/** Opens a product named in FROM: only the columns that the agreement lists, and its units. */

import { assert } from '../../model/assert.ts'
import type { Column, DataProduct } from '../../model/data-product.ts'
import type { ProblemCode } from '../../model/problem.ts'
import { name, table } from './build.ts'
import type { PlanContext } from './context.ts'
import { refuse } from './refusal.ts'
import type { Rows, SourceColumn, VisibleColumn } from './rows.ts'
import { fold, nearest } from './scope.ts'
import { parseType } from './sql-type.ts'
import type { Table } from './syntax.ts'

export function openProduct(reference: Table, context: PlanContext): Rows {
  const product = findProduct(reference, context)
  const alias = context.nextAlias(reference.at)
  const listed = context.grant.agreement.products[product.id] ?? {}
  const columns: VisibleColumn[] = []
  for (const column of product.columns) {
    const agreed = listed[column.name]
    if (agreed === undefined) continue
    const uses = column.uses.filter((use) => agreed.includes(use))
    context.registry.add(alias, column.name, describe(product, column, uses))
    columns.push({ name: column.name, expression: name(alias, column.name) })
  }
  const units = product.units.map(({ unit }) => unit)
  context.registry.addUnits(alias, units)
  const shown = renamed(columns, reference)
  return {
    kind: 'rows',
    from: table(product.id, alias, 'main'),
    filters: [],
    units: units.map((unit) => ({ unit, column: name(alias, unitColumn(unit)) })),
    products: [product.id],
    scope: {
      tables: [{ alias: reference.alias || product.id, columns: shown, isProduct: true }],
      merged: new Map(),
    },
  }
}

/** The dense number of a unit, assigned at import. */
function unitColumn(unit: string): string {
  return `__unit_${unit}`
}

function describe(product: DataProduct, column: Column, uses: SourceColumn['uses']): SourceColumn {
  const type = parseType(column.type)
  assert(type !== undefined, 'product columns have types the planner knows')
  const unit = product.units.find((each) => each.column === column.name)?.unit
  return {
    type,
    nullable: column.nullable,
    product: product.id,
    column: column.name,
    uses,
    isIdentifier: column.role === 'direct_identifier' || unit !== undefined,
    unit,
    measure: column.measure,
    domain: column.domain,
  }
}

/** Applies the column names of `FROM product AS alias (name, ...)`. */
export function renamed(
  columns: readonly VisibleColumn[],
  reference: { readonly columnNames: readonly string[]; readonly at: number },
): readonly VisibleColumn[] {
  if (reference.columnNames.length > columns.length) {
    refuse('sql-unsupported', reference.at, 'There are more names than columns.', '列名多于列数。')
  }
  return columns.map((column, index) => ({
    ...column,
    name: reference.columnNames[index] ?? column.name,
  }))
}

/** Statuses that the law names; their refusals say so, whoever asks. */
const STATUS_PROBLEMS: Readonly<Partial<Record<DataProduct['status'], ProblemCode>>> = {
  negative_list: 'negative-list',
  emergency_only: 'emergency-only',
  no_provider_consent: 'no-provider-consent',
}

/**
 * Finds a granted product. A product that exists but is not granted answers exactly like one that
 * does not exist, except where the law itself puts the whole resource off limits.
 */
function findProduct(reference: Table, context: PlanContext): DataProduct {
  const wanted = fold(reference.name)
  const isPlain = reference.schema === '' || fold(reference.schema) === 'main'
  const known = isPlain ? context.catalog.get(wanted) : undefined
  if (known !== undefined) refuseForbidden(known, reference)
  const granted = isPlain ? context.grant.products.get(wanted) : undefined
  if (granted !== undefined) {
    refuseForbidden(granted, reference)
    return granted
  }
  const shown = reference.schema === '' ? reference.name : `${reference.schema}.${reference.name}`
  const offered = nearest(wanted, [...context.grant.products.keys()]).join(', ')
  return refuse(
    'table-not-authorised',
    reference.at,
    `The agreement lists no table ${shown}. It lists: ${offered}.`,
    `协议未列出数据资源 ${shown}。协议所列：${offered}。`,
  )
}

function refuseForbidden(product: DataProduct, reference: Table): void {
  const code = product.grade === 'core' ? 'core-data' : STATUS_PROBLEMS[product.status]
  if (code === undefined) return
  refuse(
    code,
    reference.at,
    `The table ${reference.name} may not be used.`,
    `数据资源 ${reference.name} 不得使用。`,
  )
}
