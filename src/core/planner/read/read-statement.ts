/** Reads the engine's answer to `json_serialize_sql`: exactly one SELECT, or a refusal with its place. */

import { type JsonValue, readLosslessJson } from '../lossless-json.ts'
import { NOWHERE, refuse } from '../refusal.ts'
import type { Query } from '../syntax.ts'
import { KEPT, type Parameters } from './parameters.ts'
import { QueryReader } from './read-query.ts'
import {
  asList,
  asObject,
  refuseTree,
  type SizeLimits,
  SizeMeter,
  type TreeObject,
} from './tree.ts'

export function readTree(
  treeJson: string,
  limits: SizeLimits,
  parameters: Parameters = KEPT,
): Query {
  const root = asObject(readLosslessJson(treeJson), NOWHERE)
  if (root.get('error') !== false) return refuseText(root)
  const statements = asList(root.get('statements'), NOWHERE)
  const [statement, second] = statements
  if (statement === undefined || root.size !== 2) return refuseTree(NOWHERE)
  if (second !== undefined) {
    return refuse(
      'statement-not-allowed',
      NOWHERE,
      `The text holds ${statements.length} statements.`,
      `文本包含 ${statements.length} 条语句。`,
    )
  }
  return new QueryReader(new SizeMeter(limits), parameters).readStatement(statement, NOWHERE)
}

function refuseText(root: TreeObject): never {
  if (root.get('error_type') === 'not implemented') {
    return refuse(
      'statement-not-allowed',
      NOWHERE,
      'The statement is not a SELECT.',
      '该语句不是 SELECT。',
    )
  }
  return refuse(
    'sql-syntax',
    errorPlace(root.get('position')),
    'The engine cannot parse the text here.',
    '此处语法有误。',
  )
}

function errorPlace(position: JsonValue | undefined): number {
  return typeof position === 'string' && /^\d{1,9}$/.test(position) ? Number(position) : NOWHERE
}
