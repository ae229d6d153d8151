/**
 * Aggregates within one unit. They are computed from integers on the measure's lattice wherever the
 * order of rows could otherwise change the last digit, so that a replay gives the same bytes.
 */

import { allOf, call, cast, name } from './build.ts'
import type { PlanContext } from './context.ts'
import { computedFacts, testsIn, valueNames } from './derived-columns.ts'
import type { GroupValues } from './group-rewriter.ts'
import { harden } from './harden.ts'
import { splitLinear } from './linear.ts'
import { isMoment } from './moment-functions.ts'
import { admitPredicate } from './predicates.ts'
import { type ByteOffset, refuse } from './refusal.ts'
import type { RowResolver } from './resolve-row.ts'
import { refuseFunction } from './row-refusals.ts'
import type { Rows } from './rows.ts'
import { BIGINT, BOOLEAN, DOUBLE, isNumeric } from './sql-type.ts'
import type { Call, Expression, Name, SelectItem } from './syntax.ts'
import { textOf } from './tree-walk.ts'
import { typeOf } from './types-of.ts'
import { known, momentWithin, sumWithin, type WithinUnit } from './unit-formulas.ts'
import { requireUse } from './uses.ts'
import { computedVariable } from './variables.ts'

export interface UnitParts {
  /** The generated alias of the per-unit table. */
  readonly alias: string
  readonly rows: Rows
  readonly keys: readonly Expression[]
  readonly resolver: RowResolver
  readonly context: PlanContext
}

export class UnitAggregates implements GroupValues {
  readonly #parts: UnitParts
  readonly #items = new Map<string, SelectItem>()

  constructor(parts: UnitParts) {
    this.#parts = parts
  }

  /** The aggregates in use, as columns of the per-unit table. */
  get items(): readonly SelectItem[] {
    return [...this.#items.values()]
  }

  keyColumn(index: number, at: ByteOffset): Name {
    return name(this.#parts.alias, `k${index}`, at)
  }

  valueOf(aggregate: Call): Name {
    const { resolver, context, alias, rows } = this.#parts
    if (aggregate.order.length > 0) refuseFunction(aggregate.name, aggregate.at)
    const filter = aggregate.filter === undefined ? [] : [resolver.resolveTest(aggregate.filter)]
    const operands = aggregate.operands.map((operand) => resolver.resolve(operand))
    const isTest = /^(count_?if|bool_and|bool_or)$/.test(aggregate.name)
    const conditions = [...filter, ...operands.flatMap(testsIn), ...(isTest ? operands : [])]
    for (const condition of conditions) admitPredicate(condition, context)
    for (const column of operands.flatMap(valueNames)) this.#refuseIdentifier(column, aggregate)
    const within = this.#compute(aggregate, operands, filter)
    const text = textOf(within.expression)
    const column = this.#items.get(text)?.alias ?? `a${this.#items.size}`
    this.#items.set(text, { alias: column, expression: within.expression })
    const isCount = aggregate.name === 'count'
    const facts = {
      ...within,
      values: isTest || isCount ? [] : operands,
      conditions: isCount ? [...conditions, ...operands] : conditions,
      products: rows.products,
    }
    context.registry.add(alias, column, computedFacts(facts, context))
    return name(alias, column, aggregate.at)
  }

  /** Identifiers may be counted, where they may be joined on; they have no other value here. */
  #refuseIdentifier(column: Name, { name: functionName }: Call): void {
    const { context } = this.#parts
    const facts = context.registry.find(column.path)
    const isCounted = functionName === 'count' && facts?.uses.includes('join_key') === true
    if (facts?.isIdentifier === true && !isCounted) requireUse(column, 'aggregate', context)
  }

  #compute(
    aggregate: Call,
    operands: readonly Expression[],
    filter: readonly Expression[],
  ): WithinUnit {
    const { context } = this.#parts
    const { name: functionName, at, distinct } = aggregate
    const [argument, second] = operands
    const condition = allOf(filter.map((each) => harden(each, context.registry)))
    if (functionName === 'count_star' || (functionName === 'count' && argument === undefined)) {
      return counted({ ...call('count_star'), filter: condition })
    }
    if (argument === undefined) return refuseFunction(functionName, at)
    const value = harden(argument, context.registry)
    if (functionName === 'count') {
      if (second !== undefined) refuseFunction(functionName, at)
      return counted({ ...call('count', value), distinct, filter: condition })
    }
    if (distinct) refuseFunction(functionName, at)
    if (functionName === 'count_if' || functionName === 'countif') {
      return counted({ ...call('count_star'), filter: allOf([...filter, value]) })
    }
    return second === undefined
      ? this.#ofOne(aggregate, argument, condition)
      : this.#ofTwo(aggregate, [argument, second], condition)
  }

  #ofOne(aggregate: Call, argument: Expression, filter: Expression | undefined): WithinUnit {
    const { context } = this.#parts
    const type = typeOf(argument, context.registry)
    const value = harden(argument, context.registry)
    const { name: functionName, at } = aggregate
    const own = argument.kind === 'name' ? context.registry.find(argument.path)?.measure : undefined
    switch (functionName) {
      case 'min':
      case 'max':
        return known({ ...call(functionName, value), filter }, own, type)
      case 'median': {
        if (!isNumeric(type)) return refuseFunction(functionName, at)
        const median = { ...call('median', cast(value, DOUBLE)), filter }
        return known(median, own)
      }
      case 'bool_and':
      case 'bool_or':
        return known({ ...call(functionName, value), filter }, undefined, BOOLEAN)
      case 'sum':
      case 'avg':
      case 'mean':
        this.#checkLinear(argument)
        return sumWithin(functionName === 'sum' ? 'sum' : 'mean', this.#variable(argument), filter)
      default:
        if (!isMoment(functionName)) return refuseUnstable(aggregate)
        this.#checkLinear(argument)
        return momentWithin(aggregate, [this.#variable(argument)], filter)
    }
  }

  #ofTwo(
    aggregate: Call,
    operands: readonly [Expression, Expression],
    filter: Expression | undefined,
  ): WithinUnit {
    if (!isMoment(aggregate.name)) return refuseUnstable(aggregate)
    for (const operand of operands) this.#checkLinear(operand)
    const [y, x] = operands
    return momentWithin(aggregate, [this.#variable(y), this.#variable(x)], filter)
  }

  /** The narrow profile sums measures, not functions of them. */
  #checkLinear(argument: Expression): void {
    const { context } = this.#parts
    if (context.mode === 'threshold') splitLinear(argument, context)
  }

  #variable(argument: Expression) {
    const { context } = this.#parts
    const variable = computedVariable(argument, context)
    return { ...variable, argument: harden(variable.argument, context.registry) }
  }
}

function counted(expression: Call): WithinUnit {
  return { expression, type: BIGINT, measure: undefined, floor: 0 }
}

function refuseUnstable({ name: functionName, at }: Call): never {
  return refuse(
    'function-not-allowed',
    at,
    `Within a unit ${functionName} is not available; use count, sum, avg, min, max, median or a deviation.`,
    `主体内不支持 ${functionName}，请使用 count、sum、avg、min、max、median 或标准差等。`,
  )
}
