/** Reads FROM clauses of the engine's tree; unknown forms are refused with their place. */

import type { JsonValue } from '../lossless-json.ts'
import type { ByteOffset } from '../refusal.ts'
import type { Join, JoinType, Query, Relation, Values } from '../syntax.ts'
import type { ExpressionReader } from './read-expression.ts'
import {
  asList,
  asObject,
  asText,
  asTexts,
  exactly,
  placeOf,
  refuseForm,
  refuseTree,
  type SizeMeter,
  type TreeObject,
} from './tree.ts'

const JOIN_TYPES: readonly JoinType[] = ['INNER', 'LEFT', 'RIGHT', 'FULL', 'SEMI', 'ANTI']

export class RelationReader {
  readonly #meter: SizeMeter
  readonly #expressions: ExpressionReader
  readonly #readStatement: (value: JsonValue | undefined, at: ByteOffset) => Query

  constructor(
    meter: SizeMeter,
    expressions: ExpressionReader,
    readStatement: (value: JsonValue | undefined, at: ByteOffset) => Query,
  ) {
    this.#meter = meter
    this.#expressions = expressions
    this.#readStatement = readStatement
  }

  readOptional(value: JsonValue | undefined, around: ByteOffset): Relation | undefined {
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
    const query = this.#readStatement(node.get('subquery'), at)
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

export function refuseSample(value: JsonValue | undefined, at: ByteOffset): void {
  if (value === null) return
  refuseForm(at, 'Sampling is not supported.', '不支持抽样。')
}
