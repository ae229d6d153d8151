/** Reads windows, subqueries and stars: the expressions with the most members. */

import type { ByteOffset } from '../refusal.ts'
import type { Expression, Window } from '../syntax.ts'
import { COMPARISONS, checkMainSchema, choose, members } from './members.ts'
import type { ExpressionReader } from './read-expression.ts'
import { asFlag, asList, asText, asTexts, refuseForm, refuseTree, type TreeObject } from './tree.ts'

const SUBQUERY_FORMS = { SCALAR: 'scalar', EXISTS: 'exists', ANY: 'any' } as const

export function readWindow(node: TreeObject, at: ByteOffset, reader: ExpressionReader): Window {
  const own = ['children', 'partitions', 'orders', 'start', 'end', 'start_expr', 'end_expr']
  const rest = ['offset_expr', 'default_expr', 'ignore_nulls', 'filter_expr', 'exclude_clause']
  members(node, at, 'function_name', 'schema', 'catalog', ...own, ...rest, 'distinct', 'arg_orders')
  const name = asText(node.get('function_name'), at).toLowerCase()
  checkMainSchema(node, name, at)
  const extras = ['offset_expr', 'default_expr'].flatMap((key) => {
    const extra = reader.readOptional(node.get(key), at)
    return extra === undefined ? [] : [extra]
  })
  if (asText(node.get('exclude_clause'), at) !== 'NO_OTHER') {
    refuseForm(at, 'EXCLUDE in a window frame is not supported.', '不支持窗口帧中的 EXCLUDE。')
  }
  if (asList(node.get('arg_orders'), at).length > 0) {
    refuseForm(
      at,
      'ORDER BY inside a window function is not supported.',
      '不支持窗口函数参数内的 ORDER BY。',
    )
  }
  return {
    kind: 'window',
    at,
    name,
    operands: [...reader.readAll(node.get('children'), at), ...extras],
    partitions: reader.readAll(node.get('partitions'), at),
    order: reader.readOrder(node.get('orders'), at),
    frame: {
      start: asText(node.get('start'), at),
      end: asText(node.get('end'), at),
      startOffset: reader.readOptional(node.get('start_expr'), at),
      endOffset: reader.readOptional(node.get('end_expr'), at),
    },
    distinct: asFlag(node.get('distinct'), at),
    ignoresNulls: asFlag(node.get('ignore_nulls'), at),
    filter: reader.readOptional(node.get('filter_expr'), at),
  }
}

export function readSubquery(
  node: TreeObject,
  at: ByteOffset,
  reader: ExpressionReader,
): Expression {
  members(node, at, 'subquery_type', 'subquery', 'child', 'comparison_type')
  const form = choose(SUBQUERY_FORMS, asText(node.get('subquery_type'), at), at)
  const operator =
    form === 'any' ? (COMPARISONS[asText(node.get('comparison_type'), at)] ?? refuseTree(at)) : '='
  const operand = reader.readOptional(node.get('child'), at)
  return {
    kind: 'subquery',
    at,
    form,
    operand,
    operator,
    query: reader.readQuery(node.get('subquery'), at),
  }
}

export function readStar(node: TreeObject, at: ByteOffset): Expression {
  const lists = ['exclude_list', 'replace_list', 'qualified_exclude_list', 'rename_list']
  members(node, at, 'relation_name', 'columns', 'expr', ...lists)
  const unsupported = ['replace_list', 'qualified_exclude_list', 'rename_list']
  if (
    unsupported.some((list) => asList(node.get(list), at).length > 0) ||
    node.get('expr') !== null
  ) {
    return refuseForm(
      at,
      'Only * and * EXCLUDE (columns) are supported.',
      '仅支持 * 与 * EXCLUDE (列名)。',
    )
  }
  return {
    kind: 'star',
    at,
    relation: asText(node.get('relation_name'), at),
    exclude: asTexts(node.get('exclude_list'), at),
    columns: asFlag(node.get('columns'), at),
  }
}
