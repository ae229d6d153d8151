/** Does an agreement grant only what its products offer, and does its release policy cover them? */

import type { Agreement } from '../../model/agreement.ts'
import type { Column, DataProduct } from '../../model/data-product.ts'
import type { ReleasePolicy } from '../../model/release-policy.ts'
import { repeated } from './repeated.ts'

type Products = ReadonlyMap<string, DataProduct>

export function checkAgreement(
  agreement: Agreement,
  products: Products,
  releases: ReadonlyMap<string, ReleasePolicy>,
): readonly string[] {
  return [
    ...checkParties(agreement),
    ...(agreement.term.from > agreement.term.to ? ['its term ends before it begins'] : []),
    ...checkScope(agreement, products),
    ...agreement.joins.flatMap((pair) => checkJoin(pair, agreement, products)),
    ...checkRules(agreement, products, releases.get(agreement.release)),
  ].map((problem) => `agreements/${agreement.id}: ${problem}`)
}

function checkParties({ parties }: Agreement): readonly string[] {
  return (['implementing_agency', 'operator'] as const)
    .filter((needed) => !parties.some(({ role }) => role === needed))
    .map((needed) => `no party has the role ${needed}`)
}

function checkScope(agreement: Agreement, products: Products): readonly string[] {
  const listed = Object.entries(agreement.products)
  const datasets = new Set(listed.flatMap(([id]) => products.get(id)?.dataset ?? []))
  return [
    ...(listed.length === 0 ? ['it lists no product'] : []),
    ...(datasets.size > 1 ? ['its products are of more than one dataset'] : []),
    ...listed.flatMap(([id, columns]) => checkColumns(id, columns, products.get(id))),
  ]
}

function checkColumns(
  id: string,
  columns: Agreement['products'][string],
  product: DataProduct | undefined,
): readonly string[] {
  if (product === undefined) return [`product "${id}" does not exist`]
  return Object.entries(columns).flatMap(([name, uses]) => {
    const column = product.columns.find((candidate) => candidate.name === name)
    if (column === undefined) return [`column "${id}.${name}" does not exist`]
    return [
      ...repeated(uses).map((use) => `column "${id}.${name}" lists the use ${use} twice`),
      ...uses
        .filter((use) => !column.uses.includes(use))
        .map((use) => `column "${id}.${name}" has no use ${use} in its product`),
    ]
  })
}

function checkJoin(
  pair: readonly [string, string],
  agreement: Agreement,
  products: Products,
): readonly string[] {
  const sides = pair.map((path) => findJoinSide(path, agreement, products))
  const missing = pair.filter((_, index) => sides[index] === undefined)
  if (missing.length > 0)
    return missing.map((path) => `join column "${path}" is not granted the use join_key`)
  const [left, right] = sides
  const problems: string[] = []
  if (left?.column.type !== right?.column.type)
    problems.push(`join of "${pair.join('" and "')}" compares different types`)
  if (left?.unit !== right?.unit)
    problems.push(`join of "${pair.join('" and "')}" compares different units`)
  return problems
}

interface JoinSide {
  readonly column: Column
  /** The unit that the column identifies, if it does. */
  readonly unit: string | undefined
}

function findJoinSide(
  path: string,
  agreement: Agreement,
  products: Products,
): JoinSide | undefined {
  const [id = '', name = ''] = path.split('.')
  const product = products.get(id)
  const column = product?.columns.find((candidate) => candidate.name === name)
  if (column === undefined || !agreement.products[id]?.[name]?.includes('join_key'))
    return undefined
  return { column, unit: product?.units.find((unit) => unit.column === name)?.unit }
}

function checkRules(
  agreement: Agreement,
  products: Products,
  release: ReleasePolicy | undefined,
): readonly string[] {
  if (release === undefined) return [`release policy "${agreement.release}" does not exist`]
  const { rules } = release
  if (rules.mode === 'dp') return []
  const covered = new Set<string>(Object.keys(rules.units))
  const units = new Set(
    Object.keys(agreement.products).flatMap(
      (id) => products.get(id)?.units.map(({ unit }) => unit) ?? [],
    ),
  )
  return [...units]
    .filter((unit) => !covered.has(unit))
    .map((unit) => `release policy "${release.name}" has no rules for unit "${unit}"`)
}
