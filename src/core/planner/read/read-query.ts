/** Reads queries and their FROM clauses; unknown forms are refused with their place. */

import type { JsonValue } from '../lossless-json.ts'
import type { ByteOffset } from '../refusal.ts'
import type {
  CommonTable,
  Grouping,
  Join,
  JoinType,
  Modifiers,
  Query,
  Relation,
  Select,
  SelectItem,
  SetOperation,
  Values,
} from '../syntax.ts'
import { ExpressionReader } from './read-expression.ts'
import {
  asFlag,
  asList,
  asObject,
  asSmallInteger,
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

const SET_OPERATORS = {
  UNION: 'UNION',
  UNION_BY_NAME: 'UNION BY NAME',
  EXCEPT: 'EXCEPT',
  INTERSECT: 'INTERSECT',
} as const

const JOIN_TYPES: readonly JoinType[] = ['INNER', 'LEFT', 'RIGHT', 'FULL', 'SEMI', 'ANTI']

export class QueryReader {
  readonly #meter: SizeMeter
  readonly #expressions: ExpressionReader

  constructor(meter: SizeMeter) {
    this.#meter = meter
    this.#expressions = new ExpressionReader(meter, (value, at) => this.readStatement(value, at))
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
      from: this.#optionalRelation(node.get('from_table'), at),
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

  #optionalRelation(value: JsonValue | undefined, around: ByteOffset): Relation | undefined {
    const node = asObject(value, around)
    if (asText(node.get('type'), around) !== 'EMPTY') return this.#relation(node, around)
    exactly(node, around, ['type', 'alias', 'sample', 'query_location'])
    refuseSample(node.get('sample'), around)
    return undefined
  }

  #relation(value: JsonValue | undefined, around: ByteOffset): Relation {
    const at = placeOf(value, around)
    const node = asObject(value, at)
    refuseSample(node.get('sample'), at)
    return this.#meter.nested(at, () => {
      switch (asText(node.get('type'), at)) {
        case 'BASE_TABLE':
          return readTable(node, at)
        case 'JOIN':
          return this.#join(node, around)
        case 'SUBQUERY':
          return this.#derived(node, at)
        case 'EXPRESSION_LIST':
          return this.#values(node, at)
        case 'TABLE_FUNCTION':
          return this.#refuseTableFunction(node, at)
        case 'PIVOT':
          return refuseForm(at, 'PIVOT and UNPIVOT are not supported.', '不支持 PIVOT 与 UNPIVOT。')
        case 'SHOW_REF':
          return refuseForm(
            at,
            'DESCRIBE, SHOW and SUMMARIZE are not supported.',
            '不支持 DESCRIBE、SHOW 与 SUMMARIZE。',
          )
        default:
          return refuseTree(at)
      }
    })
  }

  #join(node: TreeObject, around: ByteOffset): Join {
    const links = ['condition', 'join_type', 'ref_type', 'using_columns']
    const internal = ['delim_flipped', 'duplicate_eliminated_columns']
    exactly(node, around, [
      'type',
      'alias',
      'sample',
      'query_location',
      'left',
      'right',
      ...links,
      ...internal,
    ])
    this.#meter.count('joins', around)
    const left = this.#relation(node.get('left'), around)
    const right = this.#relation(node.get('right'), around)
    const at = placeOf(node, right.at)
    const name = asText(node.get('join_type'), at)
    const type = JOIN_TYPES.find((known) => known === name)
    const using = asTexts(node.get('using_columns'), at)
    const condition = this.#expressions.readOptional(node.get('condition'), at)
    const form = joinForm(asText(node.get('ref_type'), at), using, condition !== undefined)
    if (type === undefined || form === undefined) {
      return refuseForm(at, 'This kind of join is not supported.', '不支持此种关联方式。')
    }
    return { kind: 'join', at, type, form, left, right, using, condition }
  }

  #derived(node: TreeObject, at: ByteOffset): Relation {
    exactly(node, at, [
      'type',
      'alias',
      'sample',
      'query_location',
      'subquery',
      'column_name_alias',
    ])
    const query = this.readStatement(node.get('subquery'), at)
    const alias = asText(node.get('alias'), at)
    const columnNames = asTexts(node.get('column_name_alias'), at)
    const values = plainValues(query)
    return values === undefined
      ? { kind: 'derived', at: query.at, query, alias, columnNames }
      : { ...values, alias, columnNames }
  }

  #values(node: TreeObject, at: ByteOffset): Relation {
    const own = ['expected_names', 'expected_types', 'values']
    exactly(node, at, ['type', 'alias', 'sample', 'query_location', ...own])
    const rows = asList(node.get('values'), at).map((row) => this.#expressions.readAll(row, at))
    const columnNames = asTexts(node.get('expected_names'), at)
    return { kind: 'values', at, rows, alias: asText(node.get('alias'), at), columnNames }
  }

  #refuseTableFunction(node: TreeObject, around: ByteOffset): never {
    const at = placeOf(node.get('function'), around)
    return refuseForm(at, 'Functions in FROM are not supported.', 'FROM 中不支持函数。')
  }
}

/** The engine reads `(VALUES ...)` as a query that selects everything from a list. */
function plainValues(query: Query): Values | undefined {
  if (query.kind !== 'select' || query.from?.kind !== 'values') return undefined
  const { from, items, where, grouping, having, qualify, modifiers, commonTables } = query
  const [only, another] = items
  const star = only?.expression
  const isStar = star?.kind === 'star' && star.exclude.length === 0 && !star.columns
  const { distinct, order, limit, offset } = modifiers
  const clauses = [another, where, having, qualify, limit, offset]
  const isBare = grouping.kind === 'none' && distinct === 'no' && order.length === 0
  const isPlain = isBare && commonTables.length === 0 && clauses.every((each) => each === undefined)
  return isStar && isPlain ? from : undefined
}

function isSetOperator(text: string): text is keyof typeof SET_OPERATORS {
  return Object.hasOwn(SET_OPERATORS, text)
}

function joinForm(
  reference: string,
  using: readonly string[],
  hasCondition: boolean,
): Join['form'] | undefined {
  if (reference === 'CROSS') return hasCondition ? undefined : 'cross'
  if (reference === 'NATURAL') return 'natural'
  if (reference !== 'REGULAR') return undefined
  if (using.length > 0) return 'using'
  return hasCondition ? 'on' : undefined
}

function readTable(node: TreeObject, at: ByteOffset): Relation {
  const own = ['schema_name', 'table_name', 'column_name_alias', 'catalog_name', 'at_clause']
  exactly(node, at, ['type', 'alias', 'sample', 'query_location', ...own])
  if (node.get('at_clause') !== null || node.get('catalog_name') !== '') {
    return refuseForm(at, 'Name a table without catalog and version.', '表名不得带目录名或版本。')
  }
  return {
    kind: 'table',
    at,
    schema: asText(node.get('schema_name'), at),
    name: asText(node.get('table_name'), at),
    alias: asText(node.get('alias'), at),
    columnNames: asTexts(node.get('column_name_alias'), at),
  }
}

function refuseSample(value: JsonValue | undefined, at: ByteOffset): void {
  if (value === null) return
  refuseForm(at, 'Sampling is not supported.', '不支持抽样。')
}
