/**
 * Makes row-level expressions total: whatever could stop a query on some row's value yields NULL
 * instead, so that neither an error nor its absence says anything about a row.
 */

import { rowFunction } from './row-functions.ts'
import type { SourceRegistry } from './rows.ts'
import { familyOf, type SqlType, wholeDigits } from './sql-type.ts'
import type { Expression } from './syntax.ts'
import { mapChildren } from './tree-walk.ts'
import { typeOf } from './types-of.ts'

/** Digits a decimal comparison may need before the engine's widening conversion can fail. */
const MAX_DIGITS = 38

export function harden(expression: Expression, registry: SourceRegistry): Expression {
  const safe = mapChildren(expression, (child) => harden(child, registry))
  return canFail(expression, registry) ? { kind: 'try', at: expression.at, operand: safe } : safe
}

function canFail(expression: Expression, registry: SourceRegistry): boolean {
  switch (expression.kind) {
    case 'call': {
      const types = expression.operands.map((operand) => typeOf(operand, registry))
      return rowFunction(expression.name)?.canFail(types) ?? true
    }
    case 'compare':
      return widens([expression.left, expression.right], registry)
    case 'in':
      return widens([expression.operand, ...expression.options], registry)
    case 'case':
      return widens(
        [...expression.branches.map(({ value }) => value), expression.otherwise],
        registry,
      )
    default:
      return false
  }
}

/** True when values of these types meet in a common type that not all of them fit. */
function widens(expressions: readonly Expression[], registry: SourceRegistry): boolean {
  const types = expressions.map((expression) => typeOf(expression, registry))
  const known = types.filter((type) => type.name !== 'NULL')
  if (known.every((type) => familyOf(type) === 'time'))
    return new Set(known.map(({ name }) => name)).size > 1
  if (
    !known.some((type) => type.name === 'DECIMAL') ||
    known.some((type) => type.name === 'DOUBLE')
  )
    return false
  const scale = Math.max(...known.map(scaleOf))
  return Math.max(...known.map(wholeDigits)) + scale > MAX_DIGITS
}

function scaleOf(type: SqlType): number {
  return type.name === 'DECIMAL' ? type.scale : 0
}
