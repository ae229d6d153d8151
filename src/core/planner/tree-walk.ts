/** Generic steps over expressions: children, rebuilding, searching. Subqueries are leaves here. */

import { unreachable } from '../../model/assert.ts'
import { printExpression } from './print/print-expression.ts'
import { printQuery } from './print/print-query.ts'
import type { Expression, Name, OrderTerm } from './syntax.ts'

type Step = (expression: Expression) => Expression

/** Rebuilds an expression with each direct child replaced. */
export function mapChildren(expression: Expression, step: Step): Expression {
  switch (expression.kind) {
    case 'literal':
    case 'name':
    case 'star':
    case 'parameter':
      return expression
    case 'compare':
      return { ...expression, left: step(expression.left), right: step(expression.right) }
    case 'logic':
      return { ...expression, operands: expression.operands.map(step) }
    case 'not':
    case 'is-null':
    case 'cast':
    case 'try':
      return { ...expression, operand: step(expression.operand) }
    case 'in':
      return {
        ...expression,
        operand: step(expression.operand),
        options: expression.options.map(step),
      }
    default:
      return mapLonger(expression, step)
  }
}

type LongerForm = Extract<Expression, { kind: 'between' | 'case' | 'call' | 'window' | 'subquery' }>

function mapLonger(expression: LongerForm, step: Step): Expression {
  switch (expression.kind) {
    case 'between': {
      const { operand, lower, upper } = expression
      return { ...expression, operand: step(operand), lower: step(lower), upper: step(upper) }
    }
    case 'case':
      return {
        ...expression,
        branches: expression.branches.map((branch) => ({
          when: step(branch.when),
          value: step(branch.value),
        })),
        otherwise: step(expression.otherwise),
      }
    case 'call':
      return {
        ...expression,
        operands: expression.operands.map(step),
        filter: optional(expression.filter, step),
        order: mapOrder(expression.order, step),
      }
    case 'window':
      return {
        ...expression,
        operands: expression.operands.map(step),
        partitions: expression.partitions.map(step),
        order: mapOrder(expression.order, step),
        frame: {
          ...expression.frame,
          startOffset: optional(expression.frame.startOffset, step),
          endOffset: optional(expression.frame.endOffset, step),
        },
        filter: optional(expression.filter, step),
      }
    case 'subquery':
      return { ...expression, operand: optional(expression.operand, step) }
    default:
      return unreachable(expression, 'mapLonger')
  }
}

function optional(expression: Expression | undefined, step: Step): Expression | undefined {
  return expression === undefined ? undefined : step(expression)
}

export function mapOrder(order: readonly OrderTerm[], step: Step): readonly OrderTerm[] {
  return order.map((term) => ({ ...term, expression: step(term.expression) }))
}

export function childrenOf(expression: Expression): readonly Expression[] {
  const children: Expression[] = []
  mapChildren(expression, (child) => {
    children.push(child)
    return child
  })
  return children
}

/** The first node, outermost first, for which the test holds. */
export function findNode(
  expression: Expression,
  test: (node: Expression) => boolean,
): Expression | undefined {
  if (test(expression)) return expression
  for (const child of childrenOf(expression)) {
    const found = findNode(child, test)
    if (found !== undefined) return found
  }
  return undefined
}

export function namesIn(expression: Expression): readonly Name[] {
  return expression.kind === 'name' ? [expression] : childrenOf(expression).flatMap(namesIn)
}

/** The one text of a resolved expression: equal texts mean equal expressions. */
export function textOf(expression: Expression): string {
  return printExpression(expression, printQuery)
}
