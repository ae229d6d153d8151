/** What is known of columns that a query over one unit's rows computes. */

import type { ColumnUse, MeasureBounds } from '../../model/data-product.ts'
import type { PlanContext } from './context.ts'
import type { SourceColumn } from './rows.ts'
import type { SqlType } from './sql-type.ts'
import type { Expression, Name } from './syntax.ts'
import { childrenOf, namesIn } from './tree-walk.ts'
import { typeOf } from './types-of.ts'

const ALL_USES: readonly ColumnUse[] = ['group_key', 'filter', 'aggregate']

/** A key that a query within units carries on: the column itself, or a value computed from some. */
export function keyFacts(key: Expression, context: PlanContext): SourceColumn {
  const found = key.kind === 'name' ? context.registry.find(key.path) : undefined
  if (found !== undefined) return found
  const type = typeOf(key, context.registry)
  return computedFacts(
    {
      values: [key],
      conditions: [],
      products: [],
      type,
      measure: undefined,
      floor: Number.NEGATIVE_INFINITY,
    },
    context,
  )
}

export interface Computed {
  /** The expressions it is computed from; their columns decide how it may be used. */
  readonly values: readonly Expression[]
  readonly conditions: readonly Expression[]
  readonly products: readonly string[]
  readonly type: SqlType
  readonly measure: MeasureBounds | undefined
  readonly floor: number
}

/** A computed column may be used in the ways that all of its columns may be used. */
export function computedFacts(computed: Computed, context: PlanContext): SourceColumn {
  const columns = computed.values.flatMap(valueNames).flatMap((each) => factsOf(each, context))
  const tests = [...computed.conditions, ...computed.values.flatMap(testsIn)].flatMap(namesIn)
  const origins = columns.flatMap(originsOf)
  const atoms = (parts: readonly SourceColumn[]) => [...new Set(parts.map(atomOf))].sort().join(',')
  const conditions = tests.flatMap((each) => factsOf(each, context))
  const isCount = columns.length + conditions.length === 0
  const parts = [computed.products.join(','), atoms(columns), atoms(conditions)]
  return {
    type: computed.type,
    nullable: true,
    product: '',
    column: origins.length === 0 ? 'value' : origins.map(({ column }) => column).join(', '),
    uses: ALL_USES.filter((use) => columns.every(({ uses }) => uses.includes(use))),
    isIdentifier: columns.some(({ isIdentifier }) => isIdentifier),
    unit: undefined,
    measure: computed.measure,
    domain: undefined,
    derivation: { origins, label: isCount ? undefined : parts.join('|'), floor: computed.floor },
  }
}

function factsOf({ path }: Name, context: PlanContext): readonly SourceColumn[] {
  const facts = context.registry.find(path)
  return facts === undefined ? [] : [facts]
}

function originsOf(facts: SourceColumn): readonly { product: string; column: string }[] {
  const own = { product: facts.product, column: facts.column }
  return [...(facts.derivation?.origins ?? [own])]
}

function atomOf({ product, column, derivation }: SourceColumn): string {
  return derivation?.label ?? `${product}.${column}`
}

/** The tests of every CASE inside. */
export function testsIn(expression: Expression): readonly Expression[] {
  const own = expression.kind === 'case' ? expression.branches.map(({ when }) => when) : []
  return [...own, ...childrenOf(expression).flatMap(testsIn)]
}

/** The columns an expression takes its value from, those that only decide a CASE left out. */
export function valueNames(expression: Expression): readonly Name[] {
  if (expression.kind === 'name') return [expression]
  if (expression.kind !== 'case') return childrenOf(expression).flatMap(valueNames)
  const values = [...expression.branches.map(({ value }) => value), expression.otherwise]
  return values.flatMap(valueNames)
}
