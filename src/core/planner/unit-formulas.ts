/** Sums, means and moments of one unit's rows as SQL: exact integers first, one division last. */

import type { MeasureBounds } from '../../model/data-product.ts'
import {
  call,
  cast,
  integerLiteral,
  isNull,
  logic,
  NULL_LITERAL,
  typedLiteralOf,
  when,
} from './build.ts'
import { fineBounds } from './intervals.ts'
import { latticeValue } from './lattice.ts'
import type { Variable } from './release-draft.ts'
import { refuseFunction } from './row-refusals.ts'
import { DOUBLE, HUGEINT, type SqlType } from './sql-type.ts'
import type { Call, Expression } from './syntax.ts'

/** A value of one unit: the SQL of its aggregate, its type, and its bounds where they are known. */
export interface WithinUnit {
  readonly expression: Expression
  readonly type: SqlType
  readonly measure: MeasureBounds | undefined
  /** What the value is never below. */
  readonly floor: number
}

const ZERO = typedLiteralOf(DOUBLE, '0')

export function sumWithin(
  kind: 'sum' | 'mean',
  variable: Variable,
  filter: Expression | undefined,
): WithinUnit {
  const value = latticeOf(variable)
  const sum = real(aggregate('sum', value, filter))
  const scaled = scale(sum, variable.bounds.step)
  const { lower, upper } = variable.bounds
  if (kind === 'sum') {
    const floor = Number(lower) >= 0 ? 0 : Number.NEGATIVE_INFINITY
    return { expression: scaled, type: DOUBLE, measure: undefined, floor }
  }
  const mean = call('/', scaled, aggregate('count', value, filter))
  return known(mean, fineBounds(Number(lower), Number(upper)))
}

/** Which formula a function has: of its variance or covariance, over n rows or n - 1. */
export function momentWithin(
  { name, at }: Call,
  variables: readonly [Variable] | readonly [Variable, Variable],
  filter: Expression | undefined,
): WithinUnit {
  const [first, second] = variables
  if (second === undefined) {
    const isSample = !name.endsWith('_pop')
    const spread = variance(first, filter, isSample)
    const range = Number(first.bounds.upper) - Number(first.bounds.lower)
    if (name.startsWith('var')) return known(spread, fineBounds(0, range * range))
    if (name.startsWith('stddev')) return known(call('sqrt', spread), fineBounds(0, range))
    return refuseFunction(name, at)
  }
  const pair = paired(first, second)
  const shared = covariance(pair, filter, name === 'covar_samp')
  if (name.startsWith('covar')) return known(shared, undefined)
  const [left, right] = pair.map((each) => call('sqrt', variance(each, filter, false)))
  if (name !== 'corr' || left === undefined || right === undefined) return refuseFunction(name, at)
  const both = call('nullif', call('*', left, right), ZERO)
  return known(call('/', shared, both), fineBounds(-1, 1))
}

export function known(
  expression: Expression,
  measure: MeasureBounds | undefined,
  type: SqlType = DOUBLE,
): WithinUnit {
  return { expression, type, measure, floor: Number.NEGATIVE_INFINITY }
}

interface Scaled {
  readonly value: Expression
  readonly step: string
}

/** Both values, each NULL where the other is missing. */
function paired(first: Variable, second: Variable): readonly [Scaled, Scaled] {
  const [a, b] = [latticeOf(first), latticeOf(second)]
  const missing = logic('OR', [isNull(a), isNull(b)])
  return [
    { value: when(missing, NULL_LITERAL, a), step: first.bounds.step },
    { value: when(missing, NULL_LITERAL, b), step: second.bounds.step },
  ]
}

function variance(
  of: Variable | Scaled,
  filter: Expression | undefined,
  isSample: boolean,
): Expression {
  const scaled = 'value' in of ? of : { value: latticeOf(of), step: of.bounds.step }
  const spread = covariance([scaled, scaled], filter, isSample)
  return when(isNull(spread), NULL_LITERAL, call('greatest', spread, ZERO))
}

/** (n sum(ab) - sum(a) sum(b)) / n^2, or over n (n - 1) for samples. */
function covariance(
  [a, b]: readonly [Scaled, Scaled],
  filter: Expression | undefined,
  isSample: boolean,
): Expression {
  const n = real(aggregate('count', a.value, filter))
  const product = call('*', cast(a.value, HUGEINT), cast(b.value, HUGEINT))
  const sum = (value: Expression) => real(aggregate('sum', value, filter))
  const spread = call('-', call('*', n, sum(product)), call('*', sum(a.value), sum(b.value)))
  const divisor = isSample ? call('-', n, real(integerLiteral(1n))) : n
  const whole = call('nullif', call('*', n, divisor), ZERO)
  return scale(scale(call('/', spread, whole), a.step), b.step)
}

function aggregate(name: string, value: Expression, filter: Expression | undefined): Call {
  return { ...call(name, value), filter }
}

function real(value: Expression): Expression {
  return cast(value, DOUBLE)
}

function latticeOf({ argument, type, bounds }: Variable): Expression {
  return latticeValue(argument, type, bounds)
}

/** Lattice integers times their step; dividing by a power of ten rounds once. */
function scale(value: Expression, step: string): Expression {
  if (step === '1') return value
  const isFraction = step.startsWith('0.')
  const power = isFraction ? `1${'0'.repeat(step.length - 2)}` : step
  return call(isFraction ? '/' : '*', value, typedLiteralOf(DOUBLE, power))
}
