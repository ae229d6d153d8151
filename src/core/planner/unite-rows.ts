/** UNION ALL of protected rows: still rows, when both sides carry the same units. */

import { item, name, select } from './build.ts'
import { canonicalAliases } from './canonical-aliases.ts'
import type { PlanContext } from './context.ts'
import { computedFacts, keyFacts } from './derived-columns.ts'
import type { PlannedQuery } from './from-clause.ts'
import { harden } from './harden.ts'
import { unitColumn } from './open-product.ts'
import { refuse } from './refusal.ts'
import { nodeSelect, sortConditions } from './release-draft.ts'
import type { SourceColumn } from './rows.ts'
import { commonType, familyOf } from './sql-type.ts'
import type { Select, SetOperation } from './syntax.ts'

type RowsQuery = Extract<PlannedQuery, { kind: 'rows' }>

export function uniteRows(
  operation: SetOperation,
  left: RowsQuery,
  right: RowsQuery,
  context: PlanContext,
): PlannedQuery {
  const units = left.rows.units.map(({ unit }) => unit)
  const others = new Set(right.rows.units.map(({ unit }) => unit))
  const isSame = units.length === others.size && units.every((unit) => others.has(unit))
  const { modifiers } = operation
  const isCut = modifiers.limit !== undefined || modifiers.offset !== undefined
  if (operation.operator !== 'UNION' || !operation.all || !isSame || isCut) {
    return refuse(
      'row-level-output',
      operation.at,
      'Protected rows may be combined by UNION ALL only, when both sides hold the same units.',
      '受保护的明细只能用 UNION ALL 合并，且两侧须属于同一类主体。',
    )
  }
  const alias = context.nextAlias(operation.at)
  left.columns.forEach((column, index) => {
    const other = right.columns[index] ?? column
    const facts = [keyFacts(column.expression, context), keyFacts(other.expression, context)]
    context.registry.add(alias, `v${index}`, sharedFacts(facts, operation, context))
  })
  context.registry.addUnits(alias, units)
  const query = { ...operation, commonTables: [], left: side(left), right: side(right) }
  return {
    kind: 'rows',
    rows: {
      kind: 'rows',
      from: { kind: 'derived', at: operation.at, query, alias, columnNames: [] },
      filters: [],
      units: units.map((unit) => ({ unit, column: name(alias, unitColumn(unit)) })),
      products: [...new Set([...left.rows.products, ...right.rows.products])],
      scope: { tables: [], merged: new Map() },
    },
    columns: left.columns.map((column, index) => ({
      name: column.name,
      expression: name(alias, `v${index}`),
    })),
  }

  function side({ rows, columns }: RowsQuery): Select {
    const { where } = nodeSelect({ rows, keys: [], predicate: undefined })
    const numbers = units.flatMap((unit) => rows.units.filter((each) => each.unit === unit))
    return sortConditions(
      canonicalAliases(
        select({
          items: [
            ...numbers.map(({ unit, column }) => item(column, unitColumn(unit))),
            ...columns.map(({ expression }, index) =>
              item(harden(expression, context.registry), `v${index}`),
            ),
          ],
          from: rows.from,
          where: where === undefined ? undefined : harden(where, context.registry),
        }),
      ),
    )
  }
}

/** What holds for a column whichever side a row comes from. */
function sharedFacts(
  [a, b]: readonly SourceColumn[],
  { at }: SetOperation,
  context: PlanContext,
): SourceColumn {
  if (a === undefined || b === undefined) return refuse('sql-unsupported', at, '', '')
  const families = new Set(
    [a, b].map(({ type }) => familyOf(type)).filter((each) => each !== 'null'),
  )
  if (families.size > 1) {
    refuse(
      'sql-unsupported',
      at,
      'Columns in the same place of both sides need types that compare.',
      '两侧同一位置的列须为可比较的类型。',
    )
  }
  const isSameColumn = a.product === b.product && a.column === b.column
  if (isSameColumn && a.derivation === undefined && b.derivation === undefined) return a
  const type = commonType([a.type, b.type])
  const base = computedFacts(
    { values: [], conditions: [], products: [], type, measure: undefined, floor: -Infinity },
    context,
  )
  const origins = [a, b].flatMap((each) => each.derivation?.origins ?? [each])
  const isMeasureSame = JSON.stringify(a.measure) === JSON.stringify(b.measure)
  return {
    ...base,
    column: a.column,
    uses: a.uses.filter((use) => b.uses.includes(use)),
    isIdentifier: a.isIdentifier || b.isIdentifier,
    unit: a.unit === b.unit ? a.unit : undefined,
    measure: isMeasureSame ? a.measure : undefined,
    derivation: {
      origins,
      label: [a, b].map((each) => each.derivation?.label ?? each.column).join('+'),
      floor: Math.min(...[a, b].map((each) => each.derivation?.floor ?? -Infinity)),
    },
  }
}
