/** Aggregates over protected rows: each becomes released measures and arithmetic between them. */

import type { Aggregation } from './aggregation.ts'
import { isAggregate } from './allowed-functions.ts'
import { call, integerLiteral, isNull, logic, not } from './build.ts'
import type { PlanContext } from './context.ts'
import { isOne, presence, splitLinear, type Term } from './linear.ts'
import { MomentCalls } from './moment-calls.ts'
import { isMoment } from './moment-functions.ts'
import { displayText } from './output-names.ts'
import { admitPredicate } from './predicates.ts'
import { type ByteOffset, Refusal, refuse } from './refusal.ts'
import type { MeasureWish } from './release-draft.ts'
import type { RowResolver } from './resolve-row.ts'
import { refuseFunction } from './row-refusals.ts'
import type { Call, Expression, Name } from './syntax.ts'
import { textOf } from './tree-walk.ts'
import { requireUse } from './uses.ts'
import { boundedVariable, measuredVariable } from './variables.ts'

/** The aggregates of one grouped query over protected rows. */
export class ReleasedAggregates {
  readonly #aggregation: Aggregation
  readonly #resolver: RowResolver
  readonly #context: PlanContext

  constructor(aggregation: Aggregation, resolver: RowResolver) {
    this.#aggregation = aggregation
    this.#resolver = resolver
    this.#context = aggregation.context
  }

  keyColumn(index: number, at: ByteOffset): Name {
    return this.#aggregation.keyColumn(index, at)
  }

  /** The released value of one aggregate call. */
  valueOf(aggregate: Call): Expression {
    const { name, at } = aggregate
    if (!isAggregate(name) || aggregate.order.length > 0) refuseFunction(name, at)
    const filter =
      aggregate.filter === undefined ? [] : [this.#resolver.resolveTest(aggregate.filter)]
    for (const condition of filter) admitPredicate(condition, this.#context)
    const [argument] = aggregate.operands
    switch (name) {
      case 'count_star':
        return this.#count(filter, aggregate)
      case 'count':
        return argument === undefined
          ? this.#count(filter, aggregate)
          : this.#countOf(argument, filter, aggregate)
      case 'count_if':
      case 'countif':
        return this.#countIf(argument, filter, aggregate)
      case 'sum':
        return this.#sum(this.#plainArgument(aggregate), filter, aggregate)
      case 'avg':
      case 'mean':
        return this.#mean(this.#plainArgument(aggregate), filter, aggregate)
      default:
        if (!isMoment(name)) return refuseFunction(name, at)
        return new MomentCalls(this.#aggregation, this.#resolver).valueOf(aggregate, filter)
    }
  }

  #plainArgument(aggregate: Call): Expression {
    const [argument, second] = aggregate.operands
    if (argument === undefined || second !== undefined || aggregate.distinct) {
      return refuse(
        'sql-unsupported',
        aggregate.at,
        `${aggregate.name} takes one argument, without DISTINCT.`,
        `${aggregate.name} 只接受一个参数，且不支持 DISTINCT。`,
      )
    }
    return this.#resolver.resolve(argument)
  }

  #measure(conditions: readonly Expression[], wish: MeasureWish): Name {
    return this.#aggregation.measure(conditions, wish)
  }

  #count(filter: readonly Expression[], aggregate: Call): Name {
    return this.#measure(filter, {
      kind: 'rows',
      argument: undefined,
      source: displayText(aggregate),
    })
  }

  #countIf(argument: Expression | undefined, filter: readonly Expression[], aggregate: Call): Name {
    if (argument === undefined || aggregate.distinct)
      return refuseFunction(aggregate.name, aggregate.at)
    const condition = this.#resolver.resolveTest(argument)
    admitPredicate(condition, this.#context)
    return this.#count([...filter, condition], aggregate)
  }

  #countOf(operand: Expression, filter: readonly Expression[], aggregate: Call): Name {
    if (aggregate.operands.length > 1) refuseFunction(aggregate.name, aggregate.at)
    const argument = this.#resolver.resolve(operand)
    if (aggregate.distinct) return this.#countUnits(argument, filter, aggregate)
    if (argument.kind === 'literal' && argument.type.name !== 'NULL')
      return this.#count(filter, aggregate)
    if (argument.kind === 'name') {
      const facts = this.#context.registry.find(argument.path)
      requireUse(
        argument,
        facts?.uses.includes('aggregate') === true ? 'aggregate' : 'filter',
        this.#context,
      )
      if (facts?.nullable === false) return this.#count(filter, aggregate)
      return this.#measure(filter, { kind: 'rows', argument, source: displayText(aggregate) })
    }
    const condition =
      argument.kind === 'case' ? presence(argument, this.#context) : not(isNull(argument))
    if (condition === undefined) return this.#count(filter, aggregate)
    admitPredicate(condition, this.#context)
    return this.#count([...filter, condition], aggregate)
  }

  #countUnits(argument: Expression, filter: readonly Expression[], aggregate: Call): Name {
    const facts = argument.kind === 'name' ? this.#context.registry.find(argument.path) : undefined
    const unit = this.#aggregation.rows.units.find((each) => each.unit === facts?.unit)?.unit
    if (facts === undefined || unit === undefined) {
      return refuse(
        'mode-not-supported',
        argument.at,
        'COUNT(DISTINCT) may count privacy units only.',
        'COUNT(DISTINCT) 仅可用于统计隐私主体数。',
      )
    }
    if (!facts.uses.includes('join_key')) {
      refuse(
        'column-use-not-allowed',
        argument.at,
        `${facts.column} may not be used as join_key, so it may not be counted.`,
        `${facts.column} 不得用作 join_key，因此不得计数。`,
      )
    }
    this.#context.addUse(facts.product, facts.column, 'join_key')
    return this.#measure(filter, { kind: 'units', unit, source: displayText(aggregate) })
  }

  #sum(argument: Expression, filter: readonly Expression[], aggregate: Call): Expression {
    const terms = this.#linear(argument)
    if (terms === undefined) return this.#computed('sum', argument, { filter, aggregate })
    if (terms.length === 0) refuseConstant(argument)
    const parts = terms.map((term) => this.#scaled(term, filter, aggregate))
    return parts.reduce((sum, part) => call('+', sum, part))
  }

  #mean(argument: Expression, filter: readonly Expression[], aggregate: Call): Expression {
    const terms = this.#linear(argument)
    if (terms === undefined) return this.#computed('mean', argument, { filter, aggregate })
    const [only, another] = terms
    if (only === undefined) return refuseConstant(argument)
    const present = presence(argument, this.#context)
    const isPlain = another === undefined && only.measure !== undefined && isOne(only.factor)
    if (isPlain && isSameTest(only, present)) {
      const conditions = only.predicate === undefined ? filter : [...filter, only.predicate]
      return this.#measure(conditions, this.#value('mean', only.measure, aggregate))
    }
    if (present !== undefined) admitPredicate(present, this.#context)
    const rows = this.#count(present === undefined ? filter : [...filter, present], aggregate)
    return call(
      '/',
      this.#sum(argument, filter, aggregate),
      call('nullif', rows, integerLiteral(0n)),
    )
  }

  /** The terms of a linear argument; undefined for any other, which is then one value by itself. */
  #linear(argument: Expression): readonly Term[] | undefined {
    try {
      return this.#termsOf(argument)
    } catch (error) {
      if (error instanceof Refusal && error.code !== 'sql-too-complex') return undefined
      throw error
    }
  }

  #computed(
    kind: 'sum' | 'mean',
    argument: Expression,
    { filter, aggregate }: { readonly filter: readonly Expression[]; readonly aggregate: Call },
  ): Name {
    const variable = measuredVariable(argument, this.#context)
    return this.#measure(filter, { kind, variables: [variable], source: displayText(aggregate) })
  }

  /** The terms of an argument; arithmetic over nullable columns counts only where all have a value. */
  #termsOf(argument: Expression): readonly Term[] {
    const terms = splitLinear(argument, this.#context)
    if (argument.kind === 'case' || terms.length < 2) return terms
    const present = presence(argument, this.#context)
    if (present === undefined) return terms
    return terms.map((term) => ({
      ...term,
      predicate: logic('AND', [present, ...(term.predicate === undefined ? [] : [term.predicate])]),
    }))
  }

  #scaled(term: Term, filter: readonly Expression[], aggregate: Call): Expression {
    if (term.predicate !== undefined) admitPredicate(term.predicate, this.#context)
    const conditions = term.predicate === undefined ? filter : [...filter, term.predicate]
    const value =
      term.measure === undefined
        ? this.#count(conditions, aggregate)
        : this.#measure(conditions, this.#value('sum', term.measure, aggregate))
    return isOne(term.factor) ? value : call('*', term.factor, value)
  }

  #value(kind: 'sum' | 'mean', argument: Name, aggregate: Call): MeasureWish {
    requireUse(argument, 'aggregate', this.#context)
    const variable = boundedVariable(argument, this.#context)
    return { kind, variables: [variable], source: displayText(aggregate) }
  }
}

/** True when the mean's rows are those of its one term: nothing else counts in the denominator. */
function isSameTest(term: Term, present: Expression | undefined): boolean {
  const { measure, predicate } = term
  if (measure === undefined) return false
  const own = predicate === undefined ? not(isNull(measure)) : predicate
  return present === undefined ? predicate === undefined : textOf(present) === textOf(own)
}

function refuseConstant(argument: Expression): never {
  return refuse(
    'sql-unsupported',
    argument.at,
    'The argument is the same for every row; count rows instead.',
    '参数对每一行都相同，请改用计数。',
  )
}
