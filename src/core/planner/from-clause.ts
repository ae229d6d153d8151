/** FROM clauses: products, common tables, subqueries and their joins become one source with its names. */

import { compare, name } from './build.ts'
import type { PlanContext } from './context.ts'
import { joinRows } from './join-rows.ts'
import { joinOpen, mergedColumn } from './open-join.ts'
import { openProduct, renamed } from './open-product.ts'
import { asOpen } from './public-tables.ts'
import { type ByteOffset, refuse } from './refusal.ts'
import { RowResolver } from './resolve-row.ts'
import type { Rows, Scope, Source, VisibleColumn, VisibleTable } from './rows.ts'
import { findName, fold, sameName } from './scope.ts'
import type {
  CommonTable,
  Derived,
  Expression,
  Join,
  Query,
  Relation,
  Table,
  Values,
} from './syntax.ts'
import { findNode } from './tree-walk.ts'

/** A query as a relation: rows of protected data under new names, or a query over released values. */
export type PlannedQuery =
  | { readonly kind: 'rows'; readonly rows: Rows; readonly columns: readonly VisibleColumn[] }
  | { readonly kind: 'open'; readonly query: Query; readonly columns: readonly OutputColumn[] }

export interface OutputColumn {
  /** The name by which the statement knows it. */
  readonly name: string
  /** Its alias in generated SQL. */
  readonly alias: string
}

/** What a query sees around it. */
export interface Environment {
  readonly context: PlanContext
  readonly commonTables: ReadonlyMap<string, BoundTable>
  readonly planQuery: (query: Query, environment: Environment) => PlannedQuery
}

export interface BoundTable {
  readonly table: CommonTable
  readonly environment: Environment
}

/** Adds the WITH tables of a query; each sees those before it. */
export function bindCommonTables(
  tables: readonly CommonTable[],
  environment: Environment,
): Environment {
  let around = environment
  for (const table of tables) {
    const bound = new Map(around.commonTables)
    bound.set(fold(table.name), { table, environment: around })
    around = { ...around, commonTables: bound }
  }
  return around
}

export function planRelation(relation: Relation, environment: Environment): Source {
  switch (relation.kind) {
    case 'table':
      return planTable(relation, environment)
    case 'derived':
      return adopt(environment.planQuery(relation.query, environment), relation, environment)
    case 'join':
      return planJoin(relation, environment)
    case 'values':
      return planValues(relation, environment)
  }
}

function planTable(reference: Table, environment: Environment): Source {
  const bound =
    reference.schema === '' ? environment.commonTables.get(fold(reference.name)) : undefined
  if (bound === undefined) return openProduct(reference, environment.context)
  const planned = bound.environment.planQuery(bound.table.query, bound.environment)
  const columnNames =
    reference.columnNames.length > 0 ? reference.columnNames : bound.table.columnNames
  const alias = reference.alias || reference.name
  return adopt(planned, { alias, columnNames, at: reference.at }, environment)
}

/** Makes a planned query a source under an alias. */
function adopt(
  planned: PlannedQuery,
  reference: Pick<Derived, 'alias' | 'columnNames' | 'at'>,
  environment: Environment,
): Source {
  const shown = reference.alias || 'unnamed_subquery'
  if (planned.kind === 'rows') {
    const columns = renamed(planned.columns, reference)
    return { ...planned.rows, scope: single({ alias: shown, columns, isProduct: false }) }
  }
  const alias = environment.context.nextOpenAlias()
  const columns = planned.columns.map((column) => ({
    name: column.name,
    expression: name(alias, column.alias),
  }))
  return {
    kind: 'open',
    from: { kind: 'derived', at: reference.at, query: planned.query, alias, columnNames: [] },
    filters: [],
    scope: single({ alias: shown, columns: renamed(columns, reference), isProduct: false }),
  }
}

function single(table: VisibleTable): Scope {
  return { tables: [table], merged: new Map() }
}

function planJoin(join: Join, environment: Environment): Source {
  const sides = openTogether(
    planRelation(join.left, environment),
    planRelation(join.right, environment),
    environment.context,
  )
  const { left, right } = sides
  const tables = [...left.scope.tables, ...right.scope.tables]
  refuseRepeatedAlias(tables, join.at)
  const shared = sharedColumns(join, left.scope, right.scope)
  const merged = new Map([...left.scope.merged, ...right.scope.merged])
  const equalities = shared.map((column) => {
    const pair = {
      left: columnOf(column, left.scope, join.at),
      right: columnOf(column, right.scope, join.at),
    }
    merged.set(fold(column), mergedColumn(join, pair.left, pair.right))
    return compare('=', pair.left, pair.right)
  })
  const scope = { tables, merged }
  if (left.kind === 'rows' && right.kind === 'rows') {
    const resolver = new RowResolver({ scope, aliases: new Map() }, environment.context)
    const condition = join.condition === undefined ? [] : [resolver.resolveTest(join.condition)]
    const sides = { left, right, scope }
    return joinRows(join, sides, [...equalities, ...condition], environment.context)
  }
  if (left.kind === 'open' && right.kind === 'open') {
    return joinOpen(join, { left, right, scope }, equalities, environment)
  }
  return refuse(
    'sql-unsupported',
    join.at,
    'Protected rows cannot be joined with released results; aggregate both sides first.',
    '受保护的明细不能与已发布结果关联，请先分别汇总。',
  )
}

/** A public table is rows beside protected rows, and a released table beside released results. */
function openTogether(
  left: Source,
  right: Source,
  context: PlanContext,
): { readonly left: Source; readonly right: Source } {
  const isProtected = [left, right].some((each) => each.kind === 'rows' && each.units.length > 0)
  if (left.kind === right.kind && isProtected) return { left, right }
  return { left: asOpen(left, context), right: asOpen(right, context) }
}

/** VALUES: constants, which are nobody's data. */
function planValues(values: Values, { context }: Environment): Source {
  const [first = []] = values.rows
  for (const cell of values.rows.flat()) {
    if (findNode(cell, (node) => node.kind === 'name' || node.kind === 'subquery') === undefined)
      continue
    refuse('sql-unsupported', cell.at, 'VALUES takes constants.', 'VALUES 只接受常量。')
  }
  const alias = context.nextOpenAlias()
  const names = first.map((_, index) => `col${index}`)
  const columns = names.map((column) => ({ name: column, expression: name(alias, column) }))
  const shown = values.alias || 'unnamed_values'
  return {
    kind: 'open',
    from: { ...values, alias, columnNames: names },
    filters: [],
    scope: single({ alias: shown, columns: renamed(columns, values), isProduct: false }),
  }
}

function sharedColumns(join: Join, left: Scope, right: Scope): readonly string[] {
  if (join.form === 'using') return join.using
  if (join.form !== 'natural') return []
  const names = (scope: Scope) =>
    scope.tables.flatMap((table) => table.columns.map((each) => each.name))
  const shared = names(left).filter((column) =>
    names(right).some((other) => sameName(column, other)),
  )
  if (shared.length > 0) return [...new Set(shared.map(fold))]
  return refuse(
    'sql-unsupported',
    join.at,
    'NATURAL JOIN finds no shared column.',
    'NATURAL JOIN 没有同名列。',
  )
}

function columnOf(column: string, scope: Scope, at: ByteOffset): Expression {
  const reference = { kind: 'name', at, path: [column] } as const
  const found = findName(reference, scope)
  if (found !== undefined) return found
  return refuse(
    'column-not-authorised',
    at,
    `The join column ${column} is not among the columns of both sides.`,
    `关联列 ${column} 不在两侧可用的列中。`,
  )
}

function refuseRepeatedAlias(tables: readonly VisibleTable[], at: ByteOffset): void {
  const seen = new Set<string>()
  for (const { alias } of tables) {
    if (alias !== '' && seen.has(fold(alias))) {
      refuse(
        'ambiguous-name',
        at,
        `Two tables are called ${alias}; give them different aliases.`,
        `有两个表同名 ${alias}，请使用不同的别名。`,
      )
    }
    seen.add(fold(alias))
  }
}

/** Narrows a source by a condition already resolved. */
export function filtered<T extends Source>(source: T, conditions: readonly Expression[]): T {
  return { ...source, filters: [...source.filters, ...conditions] }
}
