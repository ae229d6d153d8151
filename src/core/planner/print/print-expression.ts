/**
 * Writes expressions as SQL that the engine reads back as the same tree: every identifier quoted,
 * every operator in parentheses, every non-integer constant with its exact type.
 */

import { assert, unreachable } from '../../../model/assert.ts'
import { typeText } from '../sql-type.ts'
import type { Call, Expression, Literal, OrderTerm, Query, Window } from '../syntax.ts'

export type QueryPrinter = (query: Query) => string

const INFIX = new Set('+ - * / % // || ~~ !~~ ~~* !~~* ^ ** & | << >> ^@ ~~~ -> ->>'.split(' '))

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

export function printExpression(expression: Expression, printQuery: QueryPrinter): string {
  const print = (inner: Expression) => printExpression(inner, printQuery)
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression)
    case 'name':
      return expression.path.map(quoteName).join('.')
    case 'compare':
      return `(${print(expression.left)} ${expression.operator} ${print(expression.right)})`
    case 'logic':
      return `(${expression.operands.map(print).join(` ${expression.operator} `)})`
    case 'not':
      return `(NOT ${print(expression.operand)})`
    case 'is-null':
      return `(${print(expression.operand)} IS ${expression.negated ? 'NOT ' : ''}NULL)`
    case 'try':
      return `TRY(${print(expression.operand)})`
    case 'parameter':
      return `$${expression.name}`
    case 'call':
      return printCall(expression, printQuery)
    case 'window':
      return printWindow(expression, printQuery)
    default:
      return printLonger(expression, printQuery)
  }
}

type LongerForm = Extract<
  Expression,
  { kind: 'star' | 'in' | 'between' | 'case' | 'cast' | 'subquery' }
>

function printLonger(expression: LongerForm, printQuery: QueryPrinter): string {
  const print = (inner: Expression) => printExpression(inner, printQuery)
  switch (expression.kind) {
    case 'star':
      assert(expression.columns && expression.relation === '', 'stars are expanded before printing')
      return 'ALL'
    case 'in': {
      const options = expression.options.map(print).join(', ')
      return `(${print(expression.operand)} ${expression.negated ? 'NOT IN' : 'IN'} (${options}))`
    }
    case 'between': {
      const { operand, lower, upper } = expression
      return `(${print(operand)} BETWEEN ${print(lower)} AND ${print(upper)})`
    }
    case 'case': {
      const branches = expression.branches.map(
        ({ when, value }) => `WHEN ${print(when)} THEN ${print(value)}`,
      )
      return `CASE ${branches.join(' ')} ELSE ${print(expression.otherwise)} END`
    }
    case 'cast': {
      const keyword = expression.tries ? 'TRY_CAST' : 'CAST'
      return `${keyword}(${print(expression.operand)} AS ${typeText(expression.type)})`
    }
    case 'subquery': {
      const query = `(${printQuery(expression.query)})`
      if (expression.form === 'scalar') return query
      if (expression.form === 'exists') return `EXISTS ${query}`
      assert(expression.operand !== undefined, 'a membership test has a left side')
      return `(${print(expression.operand)} ${expression.operator} ANY ${query})`
    }
    default:
      return unreachable(expression, 'printLonger')
  }
}

function printLiteral({ type, text }: Literal): string {
  switch (type.name) {
    case 'NULL':
      return 'NULL'
    case 'BOOLEAN':
      return text === 'true' ? 'TRUE' : 'FALSE'
    case 'VARCHAR':
      return quoteText(text)
    case 'INTEGER':
    case 'BIGINT':
    case 'HUGEINT':
      return text.startsWith('-') ? `(${text})` : text
    default:
      return `CAST(${quoteText(text)} AS ${typeText(type)})`
  }
}

function printCall(call: Call, printQuery: QueryPrinter): string {
  const operands = call.operands.map((operand) => printExpression(operand, printQuery))
  const [first = '', second = ''] = operands
  if (INFIX.has(call.name)) {
    return operands.length === 1 ? `(${call.name} ${first})` : `(${first} ${call.name} ${second})`
  }
  if (call.name === '[]') return `(${first})[${second}]`
  if (call.name === '[:]') return `(${first})[${operands.slice(1).join(':')}]`
  return `${printHead(call, operands)}${printFilter(call.filter, printQuery)}`
}

function printHead(call: Call, operands: readonly string[]): string {
  if (call.name === 'count_star') return 'count(*)'
  if (call.name === 'coalesce' || call.name === 'grouping') {
    return `${call.name}(${operands.join(', ')})`
  }
  assert(call.order.length === 0, 'aggregates are generated without an order of their own')
  return `${quoteName(call.name)}(${call.distinct ? 'DISTINCT ' : ''}${operands.join(', ')})`
}

function printFilter(filter: Expression | undefined, printQuery: QueryPrinter): string {
  return filter === undefined ? '' : ` FILTER (WHERE ${printExpression(filter, printQuery)})`
}

function printWindow(window: Window, printQuery: QueryPrinter): string {
  const print = (inner: Expression) => printExpression(inner, printQuery)
  const operands = window.operands.map(print).join(', ')
  const nulls = window.ignoresNulls ? ' IGNORE NULLS' : ''
  const filter = printFilter(window.filter, printQuery)
  const parts = [
    ...(window.partitions.length === 0
      ? []
      : [`PARTITION BY ${window.partitions.map(print).join(', ')}`]),
    ...(window.order.length === 0 ? [] : [`ORDER BY ${printOrder(window.order, printQuery)}`]),
    ...printFrame(window, print),
  ]
  const distinct = window.distinct ? 'DISTINCT ' : ''
  const call = `${quoteName(window.name)}(${distinct}${operands}${nulls})`
  return `${call}${filter} OVER (${parts.join(' ')})`
}

function printFrame({ frame }: Window, print: (inner: Expression) => string): readonly string[] {
  if (frame.start === 'UNBOUNDED_PRECEDING' && frame.end === 'CURRENT_ROW_RANGE') return []
  const unit = /_(ROWS|GROUPS)$/.exec(`${frame.start} ${frame.end}`)?.[1]
  const units = unit ?? (/_ROWS\b/.test(`${frame.start} `) ? 'ROWS' : 'RANGE')
  const start = printBound(frame.start, frame.startOffset, print)
  const end = printBound(frame.end, frame.endOffset, print)
  return [`${units} BETWEEN ${start} AND ${end}`]
}

function printBound(
  bound: string,
  offset: Expression | undefined,
  print: (inner: Expression) => string,
): string {
  const words = bound.replace(/_(ROWS|RANGE|GROUPS)$/, '').replaceAll('_', ' ')
  return offset === undefined ? words : `${print(offset)} ${words.replace('EXPR ', '')}`
}

export function printOrder(order: readonly OrderTerm[], printQuery: QueryPrinter): string {
  return order
    .map(({ expression, descending, nulls }) => {
      const direction = descending ? 'DESC' : 'ASC'
      const place = nulls === 'default' ? '' : ` NULLS ${nulls === 'last' ? 'LAST' : 'FIRST'}`
      return `${printExpression(expression, printQuery)} ${direction}${place}`
    })
    .join(', ')
}
