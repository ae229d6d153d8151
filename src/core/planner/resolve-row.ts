/**
 * Resolves row-level expressions: names become source columns, types are checked so that nothing
 * is converted silently, and whatever the row-level language lacks is refused with its place.
 */

import { call, compare, logic } from './build.ts'
import type { PlanContext } from './context.ts'
import { typedLiteral } from './read/read-literal.ts'
import { type ByteOffset, refuse } from './refusal.ts'
import { rowFunction } from './row-functions.ts'
import {
  refuseConstant,
  refuseFunction,
  refuseLiteral,
  refuseMixture,
  refuseOnRows,
} from './row-refusals.ts'
import type { Scope } from './rows.ts'
import { findName, fold, refuseUnknown } from './scope.ts'
import { familyOf, type SqlType } from './sql-type.ts'
import type { Call, Case, Cast, Expression, In, Name } from './syntax.ts'
import { namesIn } from './tree-walk.ts'
import { typeOf } from './types-of.ts'
import { requireUse } from './uses.ts'

export interface RowNames {
  readonly scope: Scope
  /** Select items by folded alias; a column of the same name goes first, as in the engine. */
  readonly aliases: ReadonlyMap<string, Expression>
}

export class RowResolver {
  readonly #names: RowNames
  readonly #context: PlanContext

  constructor(names: RowNames, context: PlanContext) {
    this.#names = names
    this.#context = context
  }

  /** Pays for what a name was replaced by. */
  spend<T extends Expression>(expression: T, at: ByteOffset): T {
    return this.#context.inlining.spend(expression, at)
  }

  resolve(expression: Expression): Expression {
    switch (expression.kind) {
      case 'literal':
        return expression
      case 'name':
        return this.#name(expression)
      case 'compare':
        return this.#compare(expression.operator, expression.left, expression.right)
      case 'logic':
        return logic(
          expression.operator,
          expression.operands.map((operand) => this.resolveTest(operand)),
        )
      case 'not':
        return { ...expression, operand: this.resolveTest(expression.operand) }
      case 'is-null':
        return { ...expression, operand: this.resolve(expression.operand) }
      case 'between': {
        const { operand, lower, upper } = expression
        return logic('AND', [
          this.#compare('>=', operand, lower),
          this.#compare('<=', operand, upper),
        ])
      }
      case 'in':
        return this.#in(expression)
      case 'case':
        return this.#case(expression)
      case 'cast':
        return this.#cast(expression)
      case 'call':
        return this.#call(expression)
      case 'try':
        return this.resolve(expression.operand)
      default:
        return refuseOnRows(expression)
    }
  }

  /** Resolves a condition. */
  resolveTest(expression: Expression): Expression {
    const resolved = this.resolve(expression)
    const type = this.#type(resolved)
    if (type.name === 'BOOLEAN' || type.name === 'NULL') return resolved
    return refuse(
      'sql-unsupported',
      expression.at,
      'A condition must be true or false.',
      '条件必须为布尔值。',
    )
  }

  #type(expression: Expression): SqlType {
    return typeOf(expression, this.#context.registry)
  }

  #name(expression: Name): Expression {
    const { scope, aliases } = this.#names
    const found = findName(expression, scope)
    if (found !== undefined) return this.spend(found, expression.at)
    const [first = '', second] = expression.path
    const alias = second === undefined ? aliases.get(fold(first)) : undefined
    if (alias === undefined) return refuseUnknown(expression, scope)
    return { ...this.spend(alias, expression.at), at: expression.at }
  }

  #compare(
    operator: Parameters<typeof compare>[0],
    leftSide: Expression,
    rightSide: Expression,
  ): Expression {
    const left = this.resolve(leftSide)
    if (rightSide.kind === 'subquery') this.#refuseIdentifierIn(left)
    const right = this.resolve(rightSide)
    const [a, b] = this.#align(left, right)
    return compare(operator, a, b)
  }

  #refuseIdentifierIn(expression: Expression): void {
    const identifier = namesIn(expression).find(
      ({ path }) => this.#context.registry.find(path)?.isIdentifier === true,
    )
    if (identifier !== undefined) requireUse(identifier, 'filter', this.#context)
  }

  /** Gives a text constant the type of the time it is compared with; refuses other mixtures. */
  #align(left: Expression, right: Expression): readonly [Expression, Expression] {
    const a = this.#adapt(left, this.#type(right))
    const b = this.#adapt(right, this.#type(left))
    const families = [familyOf(this.#type(a)), familyOf(this.#type(b))]
    const known = new Set(families.filter((family) => family !== 'null'))
    if (known.size > 1) refuseMixture(left.at, families)
    return [a, b]
  }

  #adapt(expression: Expression, other: SqlType): Expression {
    if (expression.kind !== 'literal' || expression.type.name !== 'VARCHAR') return expression
    if (familyOf(other) !== 'time') return expression
    const value = typedLiteral(expression, other) ?? typedLiteral(expression, { name: 'TIMESTAMP' })
    return value ?? refuseLiteral(expression.at, other)
  }

  #in(expression: In): Expression {
    const operand = this.resolve(expression.operand)
    const options = expression.options.map(
      (option) => this.#align(operand, this.resolve(option))[1],
    )
    return { ...expression, operand, options }
  }

  #case(expression: Case): Expression {
    const branches = expression.branches.map(({ when, value }) => ({
      when: this.resolveTest(when),
      value: this.resolve(value),
    }))
    const otherwise = this.resolve(expression.otherwise)
    const values = [...branches.map(({ value }) => value), otherwise]
    const families = values.map((value) => familyOf(this.#type(value)))
    const known = new Set(families.filter((family) => family !== 'null'))
    if (known.size > 1) refuseMixture(expression.at, families)
    return { ...expression, branches, otherwise }
  }

  #cast(expression: Cast): Expression {
    const operand = this.resolve(expression.operand)
    const from = this.#type(operand)
    if (from.name === expression.type.name && from.name !== 'DECIMAL') return operand
    if (expression.operand.kind === 'literal' && from.name === 'VARCHAR') {
      if (familyOf(expression.type) !== 'number')
        return refuseLiteral(expression.at, expression.type)
    }
    return { ...expression, operand, tries: true }
  }

  #call(expression: Call): Expression {
    const { name, at } = expression
    const known = rowFunction(name)
    if (known === undefined) return refuseFunction(name, at)
    if (expression.distinct || expression.filter !== undefined || expression.order.length > 0) {
      return refuse(
        'sql-unsupported',
        at,
        `${name} takes plain arguments.`,
        `${name} 只接受普通参数。`,
      )
    }
    for (const [index, isAllowed] of Object.entries(known.constants)) {
      const operand = expression.operands[Number(index)]
      if (operand === undefined) continue
      if (operand.kind !== 'literal' || !isAllowed(operand.text)) refuseConstant(name, operand.at)
    }
    const operands = this.#alignOperands(
      name,
      expression.operands.map((operand) => this.resolve(operand)),
    )
    if (known.result(operands.map((operand) => this.#type(operand))) === undefined) {
      const types = operands.map((operand) => familyOf(this.#type(operand))).join(', ')
      return refuse(
        'sql-unsupported',
        at,
        `${name} cannot take these arguments: ${types}. Convert them explicitly.`,
        `${name} 不接受这些参数类型：${types}。请显式转换类型。`,
      )
    }
    return { ...call(name, ...operands), at }
  }

  /** Time constants written as text, where a time is expected. */
  #alignOperands(name: string, operands: readonly Expression[]): readonly Expression[] {
    if (!/^(date_?(diff|sub|part|trunc)|least|greatest|coalesce|nullif)$/.test(name))
      return operands
    const time = operands
      .map((operand) => this.#type(operand))
      .find((type) => familyOf(type) === 'time')
    if (time === undefined) return operands
    return operands.map((operand, index) =>
      index === 0 && name.startsWith('date') ? operand : this.#adapt(operand, time),
    )
  }
}
