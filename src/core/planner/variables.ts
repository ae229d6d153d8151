/** Arguments of numeric measures: what is summed, on which lattice. */

import type { MeasureBounds } from '../../model/data-product.ts'
import { cast } from './build.ts'
import type { PlanContext } from './context.ts'
import { testsIn, valueNames } from './derived-columns.ts'
import { deriveBounds } from './intervals.ts'
import { refuseArgument } from './linear.ts'
import { admitPredicate } from './predicates.ts'
import { refuse } from './refusal.ts'
import type { Variable } from './release-draft.ts'
import { DOUBLE, isNumeric } from './sql-type.ts'
import type { Expression, Name } from './syntax.ts'
import { namesIn } from './tree-walk.ts'
import { typeOf } from './types-of.ts'
import { requireUse } from './uses.ts'

/** A measure column as a variable; its bounds are those of the product. */
export function boundedVariable(argument: Name, context: PlanContext): Variable {
  const facts = context.registry.find(argument.path)
  if (facts?.measure !== undefined) return { argument, type: facts.type, bounds: facts.measure }
  if (facts?.derivation !== undefined) return refuseUnbounded(argument)
  return refuse(
    'column-use-not-allowed',
    argument.at,
    `${facts?.column ?? ''} has no bounds, so it may be counted but not summed.`,
    `${facts?.column ?? ''} 未设置上下界，只能计数，不能求和。`,
  )
}

/**
 * An argument that is no sum of measures, as one variable. The narrow profile takes such values
 * only where they were computed within a unit, and then only sums, scalings and one ratio of them.
 */
export function measuredVariable(argument: Expression, context: PlanContext): Variable {
  if (argument.kind !== 'name' && context.mode === 'threshold') checkPlain(argument, context)
  for (const test of testsIn(argument)) admitPredicate(test, context)
  for (const column of valueNames(argument)) requireUse(column, 'aggregate', context)
  return computedVariable(argument, context)
}

const PLAIN = new Set(['+', '-', '*', '/', 'nullif', 'coalesce', 'ifnull', 'least', 'greatest'])

function checkPlain(argument: Expression, context: PlanContext): void {
  let ratios = 0
  const isPlain = (part: Expression): boolean => {
    if (part.kind === 'literal') return true
    if (part.kind === 'name') return context.registry.find(part.path)?.derivation !== undefined
    if (part.kind === 'cast') return isPlain(part.operand)
    if (part.kind !== 'call' || !PLAIN.has(part.name)) return false
    if (part.name === '/') ratios++
    const varying = part.operands.filter((operand) => namesIn(operand).length > 0)
    return (part.name !== '*' || varying.length < 2) && part.operands.every(isPlain)
  }
  if (!isPlain(argument) || ratios > 1) refuseArgument(argument)
}

/** An expression as a variable: bounds follow from those of its columns and from its own clamps. */
export function computedVariable(argument: Expression, context: PlanContext): Variable {
  if (argument.kind === 'name') return boundedVariable(argument, context)
  const { registry } = context
  if (!isNumeric(typeOf(argument, registry))) return refuseArgument(argument)
  const bounds: MeasureBounds = deriveBounds(argument, registry) ?? refuseUnbounded(argument)
  return { argument: cast(argument, DOUBLE), type: DOUBLE, bounds }
}

function refuseUnbounded(argument: Expression): never {
  return refuse(
    'sql-unsupported',
    argument.at,
    'The value has no known bounds. Give it some: least(greatest(value, 0), 100).',
    '该值没有已知的上下界，请用 least(greatest(值, 0), 100) 这样的写法限定范围。',
  )
}
