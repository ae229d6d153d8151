/** Members that expressions of the engine's tree share, and words that must be known ones. */

import type { ByteOffset } from '../refusal.ts'
import type { CompareOperator } from '../syntax.ts'
import { asText, exactly, refuseForm, refuseTree, type TreeObject } from './tree.ts'

export const COMPARISONS: Readonly<Record<string, CompareOperator>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_GREATERTHAN: '>',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHANOREQUALTO: '>=',
  COMPARE_DISTINCT_FROM: 'IS DISTINCT FROM',
  COMPARE_NOT_DISTINCT_FROM: 'IS NOT DISTINCT FROM',
}

const HEAD = ['class', 'type', 'alias', 'query_location']

export function choose<T>(table: Readonly<Record<string, T>>, key: string, at: ByteOffset): T {
  const value = Object.hasOwn(table, key) ? table[key] : undefined
  return value === undefined ? refuseTree(at) : value
}

export function members(node: TreeObject, at: ByteOffset, ...own: readonly string[]): TreeObject {
  return exactly(node, at, [...HEAD, ...own])
}

export function checkMainSchema(node: TreeObject, name: string, at: ByteOffset): void {
  const schema = asText(node.get('schema'), at)
  if (node.get('catalog') === '' && (schema === '' || schema === 'main')) return
  refuseForm(at, `Call ${name} without a schema.`, `调用 ${name} 时请勿限定模式名。`)
}
