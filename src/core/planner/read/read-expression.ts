/** Reads expressions of the engine's tree into the planner's own; unknown forms are refused. */

import type { JsonValue } from '../lossless-json.ts'
import type { ByteOffset } from '../refusal.ts'
import type { Expression, OrderTerm, Query } from '../syntax.ts'
import { COMPARISONS, checkMainSchema, choose, members } from './members.ts'
import type { Parameters } from './parameters.ts'
import { readLiteral, readType, typedLiteral } from './read-literal.ts'
import { readStar, readSubquery, readWindow } from './read-nested.ts'
import {
  asFlag,
  asList,
  asObject,
  asText,
  asTexts,
  exactly,
  firstPlace,
  placeOf,
  refuseForm,
  refuseTree,
  type SizeMeter,
  type TreeObject,
} from './tree.ts'

/** Reads one expression; `readQuery` reads the subqueries inside it. */
export class ExpressionReader {
  readonly #meter: SizeMeter
  readonly readQuery: (value: JsonValue | undefined, at: ByteOffset) => Query
  readonly #parameters: Parameters

  constructor(
    meter: SizeMeter,
    parameters: Parameters,
    readQuery: (value: JsonValue | undefined, at: ByteOffset) => Query,
  ) {
    this.#meter = meter
    this.#parameters = parameters
    this.readQuery = readQuery
  }

  read(value: JsonValue | undefined, around: ByteOffset): Expression {
    const at = placeOf(value, around)
    return this.#meter.nested(at, () => this.#expression(asObject(value, at), at))
  }

  readOptional(value: JsonValue | undefined, around: ByteOffset): Expression | undefined {
    return value === null ? undefined : this.read(value, around)
  }

  readAll(value: JsonValue | undefined, around: ByteOffset): readonly Expression[] {
    return asList(value, around).map((item) => this.read(item, around))
  }

  readOrder(value: JsonValue | undefined, around: ByteOffset): readonly OrderTerm[] {
    return asList(value, around).map((item) => {
      const term = exactly(item, around, ['type', 'null_order', 'expression'])
      const direction = asText(term.get('type'), around)
      const nulls = asText(term.get('null_order'), around)
      return {
        expression: this.read(term.get('expression'), around),
        descending: choose(DIRECTIONS, direction, around),
        nulls: choose(NULL_ORDERS, nulls, around),
      }
    })
  }

  #expression(node: TreeObject, at: ByteOffset): Expression {
    const name = asText(node.get('class'), at)
    switch (name) {
      case 'CONSTANT':
        return readLiteral(members(node, at, 'value').get('value'), at)
      case 'COLUMN_REF':
        return {
          kind: 'name',
          at,
          path: asTexts(members(node, at, 'column_names').get('column_names'), at),
        }
      case 'COMPARISON':
        return this.#comparison(node, at)
      case 'CONJUNCTION':
        return this.#conjunction(node, at)
      case 'BETWEEN':
        return this.#between(node, at)
      case 'OPERATOR':
        return this.#operator(node, at)
      case 'CASE':
        return this.#case(node, at)
      case 'CAST':
        return this.#cast(node, at)
      case 'FUNCTION':
        return this.#call(node, at)
      default:
        return this.#rareExpression(name, node, at)
    }
  }

  #rareExpression(name: string, node: TreeObject, at: ByteOffset): Expression {
    switch (name) {
      case 'WINDOW':
        return readWindow(node, at, this)
      case 'SUBQUERY':
        return readSubquery(node, at, this)
      case 'STAR':
        return readStar(node, at)
      case 'PARAMETER':
        return this.#parameters(asText(members(node, at, 'identifier').get('identifier'), at), at)
      case 'LAMBDA':
      case 'LAMBDA_REF':
        return refuseForm(at, 'Lambda functions are not supported.', '不支持 lambda 函数。')
      case 'POSITIONAL_REFERENCE':
        return refuseForm(
          at,
          'Column numbers such as #1 are not supported.',
          '不支持 #1 形式的列序号。',
        )
      case 'COLLATE':
        return refuseForm(at, 'COLLATE is not supported.', '不支持 COLLATE。')
      default:
        return refuseTree(at)
    }
  }

  #comparison(node: TreeObject, at: ByteOffset): Expression {
    members(node, at, 'left', 'right')
    const operator = COMPARISONS[asText(node.get('type'), at)] ?? refuseTree(at)
    const left = this.read(node.get('left'), at)
    return { kind: 'compare', at: left.at, operator, left, right: this.read(node.get('right'), at) }
  }

  #conjunction(node: TreeObject, at: ByteOffset): Expression {
    members(node, at, 'children')
    const type = asText(node.get('type'), at)
    const operator = choose({ CONJUNCTION_AND: 'AND', CONJUNCTION_OR: 'OR' } as const, type, at)
    return { kind: 'logic', at, operator, operands: this.readAll(node.get('children'), at) }
  }

  #between(node: TreeObject, at: ByteOffset): Expression {
    members(node, at, 'input', 'lower', 'upper')
    const operand = this.read(node.get('input'), at)
    const lower = this.read(node.get('lower'), at)
    return {
      kind: 'between',
      at: operand.at,
      operand,
      lower,
      upper: this.read(node.get('upper'), at),
    }
  }

  #operator(node: TreeObject, around: ByteOffset): Expression {
    members(node, around, 'children')
    const at = firstPlace(asList(node.get('children'), around), around)
    const operands = this.readAll(node.get('children'), at)
    const [operand = refuseTree(at), ...rest] = operands
    switch (asText(node.get('type'), at)) {
      case 'OPERATOR_NOT':
        return { kind: 'not', at, operand }
      case 'OPERATOR_IS_NULL':
        return { kind: 'is-null', at, negated: false, operand }
      case 'OPERATOR_IS_NOT_NULL':
        return { kind: 'is-null', at, negated: true, operand }
      case 'COMPARE_IN':
        return { kind: 'in', at, negated: false, operand, options: rest }
      case 'COMPARE_NOT_IN':
        return { kind: 'in', at, negated: true, operand, options: rest }
      case 'OPERATOR_COALESCE':
        return plainCall('coalesce', operands, at)
      case 'OPERATOR_TRY':
        return { kind: 'try', at, operand }
      case 'GROUPING_FUNCTION':
        return plainCall('grouping', operands, placeOf(node, at))
      case 'ARRAY_EXTRACT':
        return plainCall('[]', operands, at)
      case 'ARRAY_SLICE':
        return plainCall('[:]', operands, at)
      default:
        return refuseForm(at, 'This operator is not supported.', '不支持此运算符。')
    }
  }

  #case(node: TreeObject, at: ByteOffset): Expression {
    members(node, at, 'case_checks', 'else_expr')
    const branches = asList(node.get('case_checks'), at).map((item) => {
      const check = exactly(item, at, ['when_expr', 'then_expr'])
      const when = this.read(check.get('when_expr'), at)
      return { when, value: this.read(check.get('then_expr'), at) }
    })
    return { kind: 'case', at, branches, otherwise: this.read(node.get('else_expr'), at) }
  }

  #cast(node: TreeObject, around: ByteOffset): Expression {
    members(node, around, 'child', 'cast_type', 'try_cast')
    const at = placeOf(node, placeOf(node.get('child'), around))
    const operand = this.read(node.get('child'), at)
    const type = readType(node.get('cast_type'), at)
    const literal = typedLiteral(operand, type)
    if (literal !== undefined) return literal
    return { kind: 'cast', at, operand, type, tries: asFlag(node.get('try_cast'), at) }
  }

  #call(node: TreeObject, at: ByteOffset): Expression {
    const own = ['children', 'filter', 'order_bys', 'distinct', 'is_operator', 'export_state']
    members(node, at, 'function_name', 'schema', 'catalog', ...own)
    const name = asText(node.get('function_name'), at).toLowerCase()
    checkMainSchema(node, name, at)
    if (asFlag(node.get('export_state'), at)) {
      refuseForm(at, 'EXPORT_STATE is not supported.', '不支持 EXPORT_STATE。')
    }
    const order = exactly(node.get('order_bys'), at, ['type', 'orders'])
    return {
      kind: 'call',
      at,
      name,
      operands: this.readAll(node.get('children'), at),
      distinct: asFlag(node.get('distinct'), at),
      filter: this.readOptional(node.get('filter'), at),
      order: this.readOrder(order.get('orders'), at),
    }
  }
}

const DIRECTIONS = { ORDER_DEFAULT: false, ASCENDING: false, DESCENDING: true } as const
const NULL_ORDERS = {
  ORDER_DEFAULT: 'default',
  'NULLS LAST': 'last',
  'NULLS FIRST': 'first',
} as const

function plainCall(name: string, operands: readonly Expression[], at: ByteOffset): Expression {
  return { kind: 'call', at, name, operands, distinct: false, filter: undefined, order: [] }
}
