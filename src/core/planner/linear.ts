/**
 * Linear arguments of SUM and AVG: a sum of measures and constants, each perhaps under a condition.
 * It is split below the release boundary and put together again above it, so it is exactly as safe
 * as its parts. Anything else is refused.
 */

import { call, compare, FALSE_LITERAL, integerLiteral, isNull, logic, not, when } from './build.ts'
import type { PlanContext } from './context.ts'
import { refuse } from './refusal.ts'
import { BOOLEAN, isInteger, isNumeric } from './sql-type.ts'
import type { Case, Expression, Name } from './syntax.ts'
import { textOf } from './tree-walk.ts'
import { typeOf } from './types-of.ts'

/** `factor` times the sum of `measure` (or of 1) over the rows where `predicate` holds. */
export interface Term {
  readonly factor: Expression
  readonly measure: Name | undefined
  readonly predicate: Expression | undefined
}

const ONE = integerLiteral(1n)

/** Splits an argument into terms whose sums add up to its sum. */
export function splitLinear(argument: Expression, context: PlanContext): readonly Term[] {
  switch (argument.kind) {
    case 'literal':
      return isZeroOrNull(argument)
        ? []
        : [{ factor: constant(argument), measure: undefined, predicate: undefined }]
    case 'name':
      return [{ factor: ONE, measure: argument, predicate: undefined }]
    case 'case':
      return splitCase(argument, context)
    case 'cast':
      return splitCast(argument.operand, argument, context)
    case 'call':
      return splitCall(argument.name, argument.operands, argument, context)
    default:
      return refuseArgument(argument)
  }
}

function isZeroOrNull(expression: Expression): boolean {
  if (expression.kind !== 'literal') return false
  return (
    expression.type.name === 'NULL' || (isNumeric(expression.type) && Number(expression.text) === 0)
  )
}

function constant(expression: Expression): Expression {
  if (expression.kind === 'literal' && isNumeric(expression.type)) return expression
  return refuseArgument(expression)
}

function splitCase(expression: Case, context: PlanContext): readonly Term[] {
  return casePaths(expression).flatMap(({ predicate, value }) =>
    splitLinear(value, context).map((term) => ({
      ...term,
      predicate: logic('AND', [
        predicate,
        ...(term.predicate === undefined ? [] : [term.predicate]),
      ]),
    })),
  )
}

/** The branches of a CASE with the full condition under which each is taken. */
function casePaths(
  expression: Case,
): readonly { readonly predicate: Expression; readonly value: Expression }[] {
  const tests = expression.branches.map((branch) => branch.when)
  const values = [...expression.branches.map(({ value }) => value), expression.otherwise]
  return values.map((value, index) => {
    const earlier = tests.slice(0, index).map(isNotTrue)
    const own = tests[index]
    return { value, predicate: logic('AND', own === undefined ? earlier : [own, ...earlier]) }
  })
}

/** False and unknown alike: what lets a CASE go on to its next branch. */
function isNotTrue(test: Expression): Expression {
  return compare('IS DISTINCT FROM', test, { ...ONE, type: BOOLEAN, text: 'true' })
}

function splitCast(operand: Expression, whole: Expression, context: PlanContext): readonly Term[] {
  const from = typeOf(operand, context.registry)
  const to = typeOf(whole, context.registry)
  if (from.name === 'BOOLEAN' && isNumeric(to))
    return splitLinear(when(operand, ONE, { ...ONE, text: '0' }), context)
  const isWidening = to.name === 'DOUBLE' || (isInteger(from) && to.name === 'BIGINT')
  return isNumeric(from) && isWidening ? splitLinear(operand, context) : refuseArgument(whole)
}

function splitCall(
  functionName: string,
  operands: readonly Expression[],
  whole: Expression,
  context: PlanContext,
): readonly Term[] {
  const [left, right] = operands
  if (left === undefined) return refuseArgument(whole)
  if (right === undefined) {
    return functionName === '-'
      ? scale(splitLinear(left, context), integerLiteral(-1n))
      : refuseArgument(whole)
  }
  switch (functionName) {
    case '+':
      return [...splitLinear(left, context), ...splitLinear(right, context)]
    case '-':
      return [
        ...splitLinear(left, context),
        ...scale(splitLinear(right, context), integerLiteral(-1n)),
      ]
    case '*':
      if (left.kind === 'literal') return scale(splitLinear(right, context), constant(left))
      return right.kind === 'literal'
        ? scale(splitLinear(left, context), constant(right))
        : refuseArgument(whole)
    case 'coalesce':
    case 'ifnull':
      return operands.length === 2 && isZeroOrNull(right)
        ? splitLinear(left, context)
        : refuseArgument(whole)
    default:
      return refuseArgument(whole)
  }
}

function scale(terms: readonly Term[], factor: Expression): readonly Term[] {
  return terms.map((term) => ({ ...term, factor: product(term.factor, factor) }))
}

function product(a: Expression, b: Expression): Expression {
  if (textOf(a) === textOf(ONE)) return b
  return textOf(b) === textOf(ONE) ? a : call('*', a, b)
}

export function isOne(factor: Expression): boolean {
  return textOf(factor) === textOf(ONE)
}

/** The condition under which the argument has a value, or undefined when it always has one. */
export function presence(argument: Expression, context: PlanContext): Expression | undefined {
  switch (argument.kind) {
    case 'name':
      return context.registry.find(argument.path)?.nullable === false
        ? undefined
        : not(isNull(argument))
    case 'case':
      return casePresence(argument, context)
    case 'cast':
      return presence(argument.operand, context)
    case 'call': {
      if (argument.name === 'coalesce' || argument.name === 'ifnull') return undefined
      const parts = argument.operands.flatMap((operand) => presence(operand, context) ?? [])
      return parts.length === 0 ? undefined : logic('AND', parts)
    }
    default:
      return isNullLiteral(argument) ? FALSE_LITERAL : undefined
  }
}

function casePresence(expression: Case, context: PlanContext): Expression | undefined {
  const paths = casePaths(expression).filter(({ value }) => !isNullLiteral(value))
  const nested = paths.find(({ value }) => presence(value, context) !== undefined)
  if (nested !== undefined) return refuseArgument(nested.value)
  const isTotal = !isNullLiteral(expression.otherwise)
  if (isTotal && paths.length === expression.branches.length + 1) return undefined
  const [only, another] = paths
  return only === undefined || another !== undefined ? refuseArgument(expression) : only.predicate
}

function isNullLiteral(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.type.name === 'NULL'
}

export function refuseArgument(argument: Expression): never {
  return refuse(
    'sql-unsupported',
    argument.at,
    'An aggregate takes a measure, a sum of measures and constants, or a CASE over them.',
    '汇总函数的参数须为度量列、度量列与常数的线性组合，或以其为结果的 CASE。',
  )
}
