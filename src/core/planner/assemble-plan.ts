/** Puts a plan together: the SQL of every node, what it needs, and the digest of what decides the numbers. */

import { createHash } from 'node:crypto'
import { Sha256 } from '../../model/digest.ts'
import type { ContributionBounds, GroupKey, Measure, Plan, ReleaseNode } from '../../model/plan.ts'
import { cellQuery } from './cell-query.ts'
import type { PlanContext } from './context.ts'
import { checkLattice } from './lattice.ts'
import { printQuery } from './print/print-query.ts'
import { NOWHERE, refuse } from './refusal.ts'
import { type MeasureDraft, type NodeDraft, variablesOf } from './release-draft.ts'
import type { Query } from './syntax.ts'

/** Generated SQL with the tree it was printed from. */
export interface PrintedQuery {
  readonly text: string
  readonly tree: Query
}

/** The query over released tables, without and with the statement's own output names. */
interface PostQuery {
  readonly query: Query
  readonly named: Query
  readonly columns: readonly string[]
}

export function assemblePlan(
  context: PlanContext,
  { query, named, columns }: PostQuery,
): { readonly plan: Plan; readonly printed: readonly PrintedQuery[] } {
  const cells = context.nodes.map((node) => cellQueries(node, context))
  const shipped = context.publicTables.map((each) => ({ ...each, printed: print(each.tree) }))
  const below = [...cells.flat(), ...shipped].map(({ printed }) => printed)
  const post = print(named)
  const plan: Plan = {
    releaseNodes: context.nodes.map((node, index) =>
      releaseNode(node, cells[index] ?? [], context),
    ),
    ...(shipped.length === 0 ? {} : { publicTables: shipped.map(publicTable) }),
    postSql: post.text,
    columns,
    requires: context.requires,
    joins: context.joins,
    digest: digestOf(context.nodes, [...below.map(({ text }) => text), printQuery(query)]),
  }
  return { plan, printed: [...below, post] }
}

function publicTable({
  name,
  product,
  printed,
}: {
  readonly name: string
  readonly product: string
  readonly printed: PrintedQuery
}): NonNullable<Plan['publicTables']>[number] {
  return { name, product, sql: printed.text }
}

/** The longest text that the planner generates; the parser takes no more. */
export const MAX_GENERATED_BYTES = 64 * 1024

function print(tree: Query): PrintedQuery {
  const text = printQuery(tree)
  if (Buffer.byteLength(text) > MAX_GENERATED_BYTES) {
    refuse(
      'sql-too-complex',
      NOWHERE,
      `The SQL that would run is longer than ${MAX_GENERATED_BYTES} bytes.`,
      `实际运行的 SQL 将超过 ${MAX_GENERATED_BYTES} 字节。`,
    )
  }
  return { text, tree }
}

interface UnitQuery {
  readonly unit: NodeDraft['rows']['units'][number]['unit']
  readonly printed: PrintedQuery
}

function cellQueries(node: NodeDraft, context: PlanContext): readonly UnitQuery[] {
  if (context.mode === 'dp' && node.rows.units.length > 1) {
    refuse(
      'mode-not-supported',
      NOWHERE,
      'This mode protects one unit at a time; the query reads data of several.',
      '该模式一次只保护一类主体，而查询涉及多类主体。',
    )
  }
  for (const measure of node.measures) {
    const use = measure.kind === 'moments' ? 'products' : 'sums'
    for (const { bounds, argument } of variablesOf(measure)) checkLattice(bounds, use, argument.at)
  }
  const bounds = boundsOf(node, context)
  return node.rows.units.map(({ unit }) => ({
    unit,
    printed: print(cellQuery(node, unit, bounds, context.registry)),
  }))
}

function boundsOf(node: NodeDraft, { grant }: PlanContext): ContributionBounds {
  const { rules } = grant.release
  if (rules.mode === 'threshold') return {}
  return {
    maximumGroups: node.keys.length === 0 ? 1 : rules.maximumGroupsPerUnit,
    maximumRows: rules.maximumRowsPerGroup,
  }
}

function releaseNode(
  node: NodeDraft,
  queries: readonly UnitQuery[],
  context: PlanContext,
): ReleaseNode {
  return {
    name: node.name,
    keys: node.keys.map(({ source, domain }, index): GroupKey => {
      const key = { column: `k${index}`, source }
      return domain === undefined ? key : { ...key, domain }
    }),
    measures: node.measures.map(measureOf),
    bounds: boundsOf(node, context),
    products: node.rows.products,
    ...(node.within === undefined ? {} : { within: node.within.name }),
    cellQueries: queries.map(({ unit, printed }) => ({ unit, sql: printed.text })),
  }
}

type MomentBounds = Extract<Measure, { kind: 'moments' }>['bounds']

function measureOf(measure: MeasureDraft): Measure {
  const { column, source } = measure
  switch (measure.kind) {
    case 'units':
      return { column, source, kind: 'units', unit: measure.unit }
    case 'rows':
      return { column, source, kind: 'rows' }
    case 'sum':
    case 'mean':
      return { column, source, kind: measure.kind, bounds: measure.variables[0].bounds }
    case 'moments': {
      const [first, second] = measure.variables
      const bounds: MomentBounds =
        second === undefined ? [first.bounds] : [first.bounds, second.bounds]
      return { column, source, kind: 'moments', statistic: measure.statistic, bounds }
    }
  }
}

/**
 * A digest of everything that decides the numbers: generated SQL, in which aliases, spacing, case
 * and the order of conditions are normalised. Output names are left out.
 */
function digestOf(nodes: readonly NodeDraft[], texts: readonly string[]): Plan['digest'] {
  const hash = createHash('sha256').update('glovebox plan v1\0')
  const measures = nodes.map((node) =>
    JSON.stringify(
      node.measures.map((measure) => [
        measure.column,
        measure.kind === 'moments' ? measure.statistic : measure.kind,
      ]),
    ),
  )
  for (const text of [...texts, ...measures])
    hash.update(`${Buffer.byteLength(text)}:`).update(text)
  return Sha256.parse(hash.digest('hex'))
}
