/** Types of row-level expressions: enough to know what compares with what and what may fail. */

import { unreachable } from '../../model/assert.ts'
import { refuse } from './refusal.ts'
import { rowFunction } from './row-functions.ts'
import type { SourceRegistry } from './rows.ts'
import { BOOLEAN, commonType, NULL_TYPE, type SqlType } from './sql-type.ts'
import type { Expression } from './syntax.ts'

export function typeOf(expression: Expression, registry: SourceRegistry): SqlType {
  switch (expression.kind) {
    case 'literal':
      return expression.type
    case 'name':
      return registry.find(expression.path)?.type ?? NULL_TYPE
    case 'cast':
      return expression.type
    case 'try':
      return typeOf(expression.operand, registry)
    case 'case':
      return commonType([
        ...expression.branches.map(({ value }) => typeOf(value, registry)),
        typeOf(expression.otherwise, registry),
      ])
    case 'call': {
      const types = expression.operands.map((operand) => typeOf(operand, registry))
      return rowFunction(expression.name)?.result(types) ?? NULL_TYPE
    }
    case 'compare':
    case 'logic':
    case 'not':
    case 'is-null':
    case 'in':
    case 'between':
      return BOOLEAN
    case 'subquery':
      return expression.form === 'scalar' ? refuseForm(expression) : BOOLEAN
    case 'star':
    case 'window':
    case 'parameter':
      return refuseForm(expression)
    default:
      return unreachable(expression, 'typeOf')
  }
}

function refuseForm({ at }: Expression): never {
  return refuse(
    'sql-unsupported',
    at,
    'This form is not supported on protected rows.',
    '受保护数据的行上不支持此写法。',
  )
}
