/** Variances, correlations and simple regressions over protected rows: statistics of exact moments. */

import type { MomentStatistic } from '../../model/plan.ts'
import type { Aggregation } from './aggregation.ts'
import { call, isNull, logic, not } from './build.ts'
import { refuseArgument } from './linear.ts'
import { OF_ONE, OF_TWO } from './moment-functions.ts'
import { displayText } from './output-names.ts'
import { admitPredicate } from './predicates.ts'
import { refuse } from './refusal.ts'
import type { Variable } from './release-draft.ts'
import type { RowResolver } from './resolve-row.ts'
import { refuseFunction } from './row-refusals.ts'
import { isInteger, isNumeric } from './sql-type.ts'
import type { Call, Expression } from './syntax.ts'
import { typeOf } from './types-of.ts'
import { measuredVariable } from './variables.ts'

export class MomentCalls {
  readonly #aggregation: Aggregation
  readonly #resolver: RowResolver

  constructor(aggregation: Aggregation, resolver: RowResolver) {
    this.#aggregation = aggregation
    this.#resolver = resolver
  }

  /** The released value of one call over the rows that meet the conditions. */
  valueOf(aggregate: Call, conditions: readonly Expression[]): Expression {
    const { name, operands, distinct, at } = aggregate
    if (distinct) refuseFunction(name, at)
    const [first, second, third] = operands.map((operand) => this.#resolver.resolve(operand))
    const ofOne = OF_ONE[name]
    if (first !== undefined && second === undefined && ofOne !== undefined) {
      const { value, predicate } = conditional(first)
      if (predicate !== undefined) admitPredicate(predicate, this.#aggregation.context)
      const all = predicate === undefined ? conditions : [...conditions, predicate]
      return this.#moment(aggregate, { statistic: ofOne, variables: [this.#variable(value)] }, all)
    }
    if (ofOne !== undefined || first === undefined || second === undefined || third !== undefined) {
      return refuse(
        'sql-unsupported',
        at,
        `${name} takes ${ofOne === undefined ? 'two arguments' : 'one argument'}.`,
        `${name} 需要${ofOne === undefined ? '两' : '一'}个参数。`,
      )
    }
    const pair = [this.#variable(first), this.#variable(second)] as const
    const ofTwo = OF_TWO[name]
    return ofTwo === undefined
      ? this.#ofPairs(aggregate, pair, conditions)
      : this.#moment(aggregate, { statistic: ofTwo, variables: pair }, conditions)
  }

  #moment(
    aggregate: Call,
    moment: {
      readonly statistic: MomentStatistic
      readonly variables: readonly [Variable] | readonly [Variable, Variable]
    },
    conditions: readonly Expression[],
  ): Expression {
    const source = displayText(aggregate)
    return this.#aggregation.measure(conditions, { kind: 'moments', ...moment, source })
  }

  /** Regression functions take y first, then x. */
  #ofPairs(
    aggregate: Call,
    [y, x]: readonly [Variable, Variable],
    conditions: readonly Expression[],
  ): Expression {
    const both = [...conditions, ...[y, x].flatMap((each) => this.#present(each))]
    const source = displayText(aggregate)
    const measure = (wish: Parameters<Aggregation['measure']>[1]) =>
      this.#aggregation.measure(both, wish)
    const rows = () => measure({ kind: 'rows', argument: undefined, source })
    const scaled = (variables: readonly [Variable] | readonly [Variable, Variable]) => {
      const statistic = variables.length === 1 ? 'var_pop' : 'covar_pop'
      return call('*', rows(), measure({ kind: 'moments', statistic, variables, source }))
    }
    switch (aggregate.name) {
      case 'regr_count':
        return rows()
      case 'regr_avgx':
        return measure({ kind: 'mean', variables: [x], source })
      case 'regr_avgy':
        return measure({ kind: 'mean', variables: [y], source })
      case 'regr_sxx':
        return scaled([x])
      case 'regr_syy':
        return scaled([y])
      default:
        return scaled([y, x])
    }
  }

  #present({ argument }: Variable): readonly Expression[] {
    const { context } = this.#aggregation
    const isNullable =
      argument.kind !== 'name' || context.registry.find(argument.path)?.nullable !== false
    if (!isNullable) return []
    const condition = not(isNull(argument))
    admitPredicate(condition, context)
    return [condition]
  }

  #variable(argument: Expression): Variable {
    const { context } = this.#aggregation
    const column = withoutWidening(argument, (each) => typeOf(each, context.registry))
    return measuredVariable(column, context)
  }
}

/** `CASE WHEN p THEN x END` is x over the rows where p holds. */
function conditional(argument: Expression): {
  readonly value: Expression
  readonly predicate: Expression | undefined
} {
  if (argument.kind !== 'case') return { value: argument, predicate: undefined }
  const [branch, another] = argument.branches
  const { otherwise } = argument
  const isPlain = otherwise.kind === 'literal' && otherwise.type.name === 'NULL'
  if (branch === undefined || another !== undefined || !isPlain) return refuseArgument(argument)
  return { value: branch.value, predicate: logic('AND', [branch.when]) }
}

/** The operand of conversions that change no value. */
function withoutWidening(
  expression: Expression,
  type: (expression: Expression) => ReturnType<typeof typeOf>,
): Expression {
  if (expression.kind !== 'cast') return expression
  const from = type(expression.operand)
  const isWider =
    expression.type.name === 'DOUBLE' || (isInteger(from) && expression.type.name === 'BIGINT')
  return isNumeric(from) && isWider ? withoutWidening(expression.operand, type) : expression
}
