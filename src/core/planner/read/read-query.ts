/** Reads queries; unknown forms are refused with their place. */

import type { JsonValue } from '../lossless-json.ts'
import type { ByteOffset } from '../refusal.ts'
import type {
  CommonTable,
  Grouping,
  Modifiers,
  Query,
  Select,
  SelectItem,
  SetOperation,
} from '../syntax.ts'
import type { Parameters } from './parameters.ts'
import { ExpressionReader } from './read-expression.ts'
import { RelationReader, refuseSample } from './read-relation.ts'
import {
  asFlag,
  asList,
  asObject,
  asSmallInteger,
  asText,
  asTexts,
  exactly,
  firstPlace,
  refuseForm,
  refuseTree,
  type SizeMeter,
  type TreeObject,
} from './tree.ts'

const SET_OPERATORS = {
  UNION: 'UNION',
  UNION_BY_NAME: 'UNION BY NAME',
  EXCEPT: 'EXCEPT',
  INTERSECT: 'INTERSECT',
} as const

export class QueryReader {
  readonly #meter: SizeMeter
  readonly #expressions: ExpressionReader
  readonly #relations: RelationReader

  constructor(meter: SizeMeter, parameters: Parameters) {
    const readStatement = (value: JsonValue | undefined, at: ByteOffset) =>
      this.readStatement(value, at)
    this.#meter = meter
    this.#expressions = new ExpressionReader(meter, parameters, readStatement)
    this.#relations = new RelationReader(meter, this.#expressions, readStatement)
  }

  /** Reads `{node, named_param_map}`: a statement, or a query inside another. */
  readStatement(value: JsonValue | undefined, at: ByteOffset): Query {
    const statement = exactly(value, at, ['node', 'named_param_map'])
    asList(statement.get('named_param_map'), at)
    return this.#query(statement.get('node'), at)
  }

  #query(value: JsonValue | undefined, at: ByteOffset): Query {
    const node = asObject(value, at)
    return this.#meter.nested(at, () => {
      switch (asText(node.get('type'), at)) {
        case 'SELECT_NODE':
          return this.#select(node, at)
        case 'SET_OPERATION_NODE':
          return this.#setOperation(node, at)
        case 'RECURSIVE_CTE_NODE':
          return refuseForm(at, 'Recursive queries are not supported.', '不支持递归查询。')
        default:
          return refuseTree(at)
      }
    })
  }

  #select(node: TreeObject, around: ByteOffset): Select {
    const clauses = ['select_list', 'from_table', 'where_clause', 'having', 'sample', 'qualify']
    const grouping = ['group_expressions', 'group_sets', 'aggregate_handling']
    exactly(node, around, ['type', 'modifiers', 'cte_map', ...clauses, ...grouping])
    const at = firstPlace(asList(node.get('select_list'), around), around)
    refuseSample(node.get('sample'), at)
    const commonTables = this.#commonTables(node.get('cte_map'), at)
    return {
      kind: 'select',
      at,
      commonTables,
      items: asList(node.get('select_list'), at).map((item) => this.#item(item, at)),
      from: this.#relations.readOptional(node.get('from_table'), at),
      where: this.#expressions.readOptional(node.get('where_clause'), at),
      grouping: this.#grouping(node, at),
      having: this.#expressions.readOptional(node.get('having'), at),
      qualify: this.#expressions.readOptional(node.get('qualify'), at),
      modifiers: this.#modifiers(node.get('modifiers'), at),
    }
  }

  #setOperation(node: TreeObject, at: ByteOffset): SetOperation {
    exactly(node, at, ['type', 'modifiers', 'cte_map', 'setop_type', 'left', 'right', 'setop_all'])
    const operator = asText(node.get('setop_type'), at)
    const commonTables = this.#commonTables(node.get('cte_map'), at)
    const left = this.#query(node.get('left'), at)
    return {
      kind: 'set',
      at: left.at,
      commonTables,
      operator: isSetOperator(operator) ? SET_OPERATORS[operator] : refuseTree(at),
      all: asFlag(node.get('setop_all'), at),
      left,
      right: this.#query(node.get('right'), at),
      modifiers: this.#modifiers(node.get('modifiers'), at),
    }
  }

  #item(value: JsonValue, around: ByteOffset): SelectItem {
    const alias = asText(asObject(value, around).get('alias'), around)
    return { expression: this.#expressions.read(value, around), alias }
  }

  #commonTables(value: JsonValue | undefined, at: ByteOffset): readonly CommonTable[] {
    const map = exactly(value, at, ['map'])
    return asList(map.get('map'), at).map((item) => {
      this.#meter.count('commonTables', at)
      const entry = exactly(item, at, ['key', 'value'])
      const table = exactly(entry.get('value'), at, [
        'aliases',
        'query',
        'materialized',
        'key_targets',
      ])
      if (asList(table.get('key_targets'), at).length > 0) {
        refuseForm(at, 'Recursive queries are not supported.', '不支持递归查询。')
      }
      const query = this.readStatement(table.get('query'), at)
      return {
        name: asText(entry.get('key'), at),
        at: query.at,
        columnNames: asTexts(table.get('aliases'), at),
        query,
      }
    })
  }

  #grouping(node: TreeObject, at: ByteOffset): Grouping {
    const handling = asText(node.get('aggregate_handling'), at)
    if (handling === 'FORCE_AGGREGATES') return { kind: 'all' }
    if (handling !== 'STANDARD_HANDLING') return refuseTree(at)
    const expressions = this.#expressions.readAll(node.get('group_expressions'), at)
    const sets = asList(node.get('group_sets'), at).map((set) =>
      asList(set, at).map((index) => asSmallInteger(index, at)),
    )
    return sets.length === 0 ? { kind: 'none' } : { kind: 'by', expressions, sets }
  }

  #modifiers(value: JsonValue | undefined, at: ByteOffset): Modifiers {
    let modifiers: Modifiers = { distinct: 'no', order: [], limit: undefined, offset: undefined }
    for (const item of asList(value, at)) {
      modifiers = { ...modifiers, ...this.#modifier(asObject(item, at), at) }
    }
    return modifiers
  }

  #modifier(node: TreeObject, at: ByteOffset): Partial<Modifiers> {
    switch (asText(node.get('type'), at)) {
      case 'ORDER_MODIFIER':
        exactly(node, at, ['type', 'orders'])
        return { order: this.#expressions.readOrder(node.get('orders'), at) }
      case 'LIMIT_MODIFIER':
        exactly(node, at, ['type', 'limit', 'offset'])
        return {
          limit: this.#expressions.readOptional(node.get('limit'), at),
          offset: this.#expressions.readOptional(node.get('offset'), at),
        }
      case 'DISTINCT_MODIFIER': {
        exactly(node, at, ['type', 'distinct_on_targets'])
        const targets = this.#expressions.readAll(node.get('distinct_on_targets'), at)
        return { distinct: targets.length === 0 ? 'all' : targets }
      }
      default:
        return refuseForm(at, 'LIMIT with a percentage is not supported.', '不支持百分比 LIMIT。')
    }
  }
}

function isSetOperator(text: string): text is keyof typeof SET_OPERATORS {
  return Object.hasOwn(SET_OPERATORS, text)
}
