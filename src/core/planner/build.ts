/** Short constructors for generated syntax. */

import { type ByteOffset, NOWHERE } from './refusal.ts'
import { BIGINT, BOOLEAN, INTEGER, NULL_TYPE, type SqlType, VARCHAR } from './sql-type.ts'
import type {
  Call,
  Cast,
  Compare,
  CompareOperator,
  Expression,
  Literal,
  Modifiers,
  Name,
  OrderTerm,
  Select,
  SelectItem,
} from './syntax.ts'

export const NULL_LITERAL: Literal = { kind: 'literal', at: NOWHERE, type: NULL_TYPE, text: '' }
export const TRUE_LITERAL: Literal = { kind: 'literal', at: NOWHERE, type: BOOLEAN, text: 'true' }
export const FALSE_LITERAL: Literal = { kind: 'literal', at: NOWHERE, type: BOOLEAN, text: 'false' }

const MAX_INTEGER = 2n ** 31n - 1n
const MAX_BIGINT = 2n ** 63n - 1n

/** The type the engine gives an integer constant of this size. */
export function integerLiteral(value: bigint): Literal {
  const size = value < 0n ? -value : value
  const type =
    size <= MAX_INTEGER ? INTEGER : size <= MAX_BIGINT ? BIGINT : { name: 'HUGEINT' as const }
  return { kind: 'literal', at: NOWHERE, type, text: value.toString() }
}

export function textLiteral(text: string): Literal {
  return { kind: 'literal', at: NOWHERE, type: VARCHAR, text }
}

export function typedLiteralOf(type: SqlType, text: string): Literal {
  return { kind: 'literal', at: NOWHERE, type, text }
}

export function name(table: string, column: string, at: ByteOffset = NOWHERE): Name {
  return { kind: 'name', at, path: [table, column] }
}

export function call(functionName: string, ...operands: readonly Expression[]): Call {
  const at = operands[0]?.at ?? NOWHERE
  return {
    kind: 'call',
    at,
    name: functionName,
    operands,
    distinct: false,
    filter: undefined,
    order: [],
  }
}

export function cast(operand: Expression, type: SqlType): Cast {
  return { kind: 'cast', at: operand.at, operand, type, tries: false }
}

export function compare(operator: CompareOperator, left: Expression, right: Expression): Compare {
  return { kind: 'compare', at: left.at, operator, left, right }
}

export function not(operand: Expression): Expression {
  return { kind: 'not', at: operand.at, operand }
}

export function isNull(operand: Expression): Expression {
  return { kind: 'is-null', at: operand.at, negated: false, operand }
}

/** Conjunction or disjunction, flat; the operand itself when there is only one. */
export function logic(operator: 'AND' | 'OR', operands: readonly Expression[]): Expression {
  const flat = operands.flatMap((operand) =>
    operand.kind === 'logic' && operand.operator === operator ? operand.operands : [operand],
  )
  const [only, ...others] = flat
  if (only === undefined) return operator === 'AND' ? TRUE_LITERAL : FALSE_LITERAL
  return others.length === 0 ? only : { kind: 'logic', at: only.at, operator, operands: flat }
}

/** All of these conditions; undefined when there are none. */
export function allOf(conditions: readonly Expression[]): Expression | undefined {
  return conditions.length === 0 ? undefined : logic('AND', conditions)
}

/** CASE with one branch. */
export function when(test: Expression, value: Expression, otherwise: Expression): Expression {
  return { kind: 'case', at: test.at, branches: [{ when: test, value }], otherwise }
}

export const NO_MODIFIERS: Modifiers = {
  distinct: 'no',
  order: [],
  limit: undefined,
  offset: undefined,
}

export function ascending(expression: Expression): OrderTerm {
  return { expression, descending: false, nulls: 'last' }
}

export function item(expression: Expression, alias: string): SelectItem {
  return { expression, alias }
}

export function select(parts: Partial<Select> & Pick<Select, 'items'>): Select {
  return {
    kind: 'select',
    at: NOWHERE,
    commonTables: [],
    from: undefined,
    where: undefined,
    grouping: { kind: 'none' },
    having: undefined,
    qualify: undefined,
    modifiers: NO_MODIFIERS,
    ...parts,
  }
}

/** The table reference `"name" AS "alias"`. */
export function table(tableName: string, alias: string, schema = ''): Select['from'] & object {
  return { kind: 'table', at: NOWHERE, schema, name: tableName, alias, columnNames: [] }
}
