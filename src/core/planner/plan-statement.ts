/** The planner's three entries: read a statement, plan it, confirm what was printed. */

import { createHash } from 'node:crypto'
import type { DataProduct } from '../../model/data-product.ts'
import { Sha256 } from '../../model/digest.ts'
import type { Grant } from '../../model/grant.ts'
import { MAX_SQL_BYTES } from '../../model/job.ts'
import type { ContributionBounds, GroupKey, Measure, Plan, ReleaseNode } from '../../model/plan.ts'
import type { Result } from '../../model/result.ts'
import { admitQuery } from './admit.ts'
import { cellQuery } from './cell-query.ts'
import { PlanContext } from './context.ts'
import { checkLattice } from './lattice.ts'
import { uniqueNames } from './output-names.ts'
import { planQuery, planTop } from './plan-query.ts'
import { printQuery } from './print/print-query.ts'
import { sameTree } from './print/same-tree.ts'
import { readTree } from './read/read-statement.ts'
import { GENERATED_LIMITS, STATEMENT_LIMITS } from './read/tree.ts'
import { catchRefusal, NOWHERE, refuse } from './refusal.ts'
import { type MeasureDraft, type NodeDraft, variablesOf } from './release-draft.ts'
import type { Query } from './syntax.ts'

/** A statement inside the allow-list: one SELECT of known forms and functions. */
export interface AdmittedStatement {
  readonly sql: string
  readonly query: Query
}

/** Generated SQL with the tree it was printed from. */
export interface PrintedQuery {
  readonly text: string
  readonly tree: Query
}

export interface PlannedStatement {
  readonly plan: Plan
  /** Every generated query; run none of them before `confirmPrinted` agrees to it. */
  readonly printed: readonly PrintedQuery[]
}

/** Reads the engine's syntax tree of `sql` and admits it by allow-list. */
export function readStatement(treeJson: string, sql: string): Result<AdmittedStatement> {
  return catchRefusal(sql, () => {
    if (Buffer.byteLength(sql) > MAX_SQL_BYTES) {
      refuse(
        'sql-too-complex',
        NOWHERE,
        `The text is longer than ${MAX_SQL_BYTES} bytes.`,
        `文本长度超过 ${MAX_SQL_BYTES} 字节。`,
      )
    }
    const query = readTree(treeJson, STATEMENT_LIMITS)
    admitQuery(query)
    return { sql, query }
  })
}

/**
 * Plans a statement under a grant.
 *
 * @param catalog Every product there is: consulted only to tell a resource that the law puts off
 *   limits from one that is not agreed or does not exist, which answer alike.
 */
export function planStatement(
  statement: AdmittedStatement,
  grant: Grant,
  catalog: ReadonlyMap<string, DataProduct>,
): Result<PlannedStatement> {
  return catchRefusal(statement.sql, () => {
    const context = new PlanContext(grant, catalog)
    const top = planTop(statement.query, { context, commonTables: new Map(), planQuery })
    const columns = uniqueNames(top.columns.map((column) => column.name))
    const post = withNames(top.query, columns)
    const cells = context.nodes.map((node) => cellQueries(node, context))
    const shipped = context.publicTables.map(({ tree }) => tree)
    const trees = [...cells.flatMap((queries) => queries.map(({ tree }) => tree)), ...shipped, post]
    const printed = trees.map(print)
    const plan: Plan = {
      releaseNodes: context.nodes.map((node, index) =>
        releaseNode(node, cells[index] ?? [], context),
      ),
      ...publicTables(context),
      postSql: printQuery(post),
      columns,
      requires: context.requires,
      joins: context.joins,
      digest: digestOf(context, cells, top.query),
    }
    return { plan, printed }
  })
}

/** True when the engine reads printed SQL back as exactly the tree it was printed from. */
export function confirmPrinted(printed: PrintedQuery, treeJson: string): boolean {
  const read = catchRefusal(printed.text, () => readTree(treeJson, GENERATED_LIMITS))
  return read.ok && sameTree(read.value, printed.tree)
}

function publicTables(context: PlanContext): Pick<Plan, 'publicTables'> {
  const tables = context.publicTables.map(({ name, product, tree }) => ({
    name,
    product,
    sql: printQuery(tree),
  }))
  return tables.length === 0 ? {} : { publicTables: tables }
}

function print(tree: Query): PrintedQuery {
  return { text: printQuery(tree), tree }
}

/** Gives the statement's own output names to its outermost query. */
function withNames(query: Query, names: readonly string[]): Query {
  if (query.kind !== 'select') return query
  const items = query.items.map((each, index) => ({ ...each, alias: names[index] ?? each.alias }))
  return { ...query, items }
}

interface UnitQuery {
  readonly unit: NodeDraft['rows']['units'][number]['unit']
  readonly tree: Query
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
    tree: cellQuery(node, unit, bounds, context.registry),
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
    cellQueries: queries.map(({ unit, tree }) => ({ unit, sql: printQuery(tree) })),
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
function digestOf(
  context: PlanContext,
  cells: readonly (readonly UnitQuery[])[],
  post: Query,
): Plan['digest'] {
  const hash = createHash('sha256').update('glovebox plan v1\0')
  const shipped = context.publicTables.map(({ tree }) => tree)
  const trees = [...cells.flat().map(({ tree }) => tree), ...shipped, post]
  const texts = trees.map(printQuery)
  const measures = context.nodes.map((node) =>
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
