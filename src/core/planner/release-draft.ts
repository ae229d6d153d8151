/** Release nodes while a plan is being made: rows, keys, a predicate of their own, and measures. */

import type { MeasureBounds, UnitName } from '../../model/data-product.ts'
import type { MomentStatistic } from '../../model/plan.ts'
import { item, logic, name, select } from './build.ts'
import { canonicalAliases } from './canonical-aliases.ts'
import { conjunctsOf } from './predicates.ts'
import { printQuery } from './print/print-query.ts'
import type { Rows } from './rows.ts'
import type { SqlType } from './sql-type.ts'
import type { Expression, Name, Select } from './syntax.ts'
import { textOf } from './tree-walk.ts'

export interface KeyDraft {
  readonly expression: Expression
  readonly source: string
  readonly type: SqlType
  readonly domain: readonly string[] | undefined
}

/** One argument of a numeric measure, with the lattice it is put on. */
export interface Variable {
  readonly argument: Expression
  readonly type: SqlType
  readonly bounds: MeasureBounds
}

export type MeasureDraft = { readonly column: string; readonly source: string } & (
  | { readonly kind: 'units'; readonly unit: UnitName }
  /** Rows, or rows where `argument` has a value. */
  | { readonly kind: 'rows'; readonly argument: Expression | undefined }
  | { readonly kind: 'sum' | 'mean'; readonly variables: readonly [Variable] }
  | {
      readonly kind: 'moments'
      readonly statistic: MomentStatistic
      readonly variables: readonly [Variable] | readonly [Variable, Variable]
    }
)

export function variablesOf(measure: MeasureDraft): readonly Variable[] {
  return measure.kind === 'units' || measure.kind === 'rows' ? [] : measure.variables
}

/** A measure before it has a column. */
export type MeasureWish = MeasureDraft extends infer M
  ? M extends unknown
    ? Omit<M, 'column'>
    : never
  : never

export interface NodeDraft {
  readonly name: string
  readonly rows: Rows
  readonly keys: readonly KeyDraft[]
  /** What narrows this node's rows further than its siblings'. */
  readonly predicate: Expression | undefined
  /** The node of the rows among which the predicate chooses, when those are released too. */
  within: NodeDraft | undefined
  readonly measures: MeasureDraft[]
}

/** The rows of a node as one query: keys first, conditions in canonical order. */
export function nodeSelect(parts: Pick<NodeDraft, 'rows' | 'keys' | 'predicate'>): Select {
  const { rows, keys, predicate } = parts
  const conditions = [...rows.filters, ...(predicate === undefined ? [] : [predicate])]
  return select({
    items: keys.map(({ expression }, index) => item(expression, `k${index}`)),
    from: rows.from,
    where: conditions.length === 0 ? undefined : logic('AND', conditions),
  })
}

/** Equal for nodes that read the same rows under the same keys. */
export function nodeText(parts: Pick<NodeDraft, 'rows' | 'keys' | 'predicate'>): string {
  return printQuery(sortConditions(canonicalAliases(nodeSelect(parts))))
}

/** Puts the conjuncts of WHERE in the order of their text, each once. */
export function sortConditions(query: Select): Select {
  if (query.where === undefined) return query
  const byText = new Map(conjunctsOf(query.where).map((each) => [textOf(each), each]))
  const sorted = [...byText.entries()].sort((a, b) => (a[0] < b[0] ? -1 : 1))
  return {
    ...query,
    where: logic(
      'AND',
      sorted.map(([, condition]) => condition),
    ),
  }
}

/** Adds a measure, or finds it when the node has it already; its column in the released table. */
export function measureOf(node: NodeDraft, wish: MeasureWish): Name {
  const text = measureText(wish)
  const known = node.measures.find((measure) => measureText(measure) === text)
  if (known !== undefined) return name(node.name, known.column)
  const column = `m${node.measures.length}`
  node.measures.push({ ...wish, column })
  return name(node.name, column)
}

function measureText(measure: MeasureWish): string {
  switch (measure.kind) {
    case 'units':
      return `units ${measure.unit}`
    case 'rows':
      return `rows ${measure.argument === undefined ? '' : textOf(measure.argument)}`
    case 'sum':
    case 'mean':
      return `${measure.kind} ${textOf(measure.variables[0].argument)}`
    case 'moments': {
      const texts = measure.variables.map(({ argument }) => textOf(argument))
      return `${measure.statistic} ${texts.join(', ')}`
    }
  }
}
