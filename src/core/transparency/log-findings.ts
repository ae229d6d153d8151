/** What can be wrong with a published log, and which finding names the first bad entry. */

import type { Text } from '../../model/text.ts'

export type LogCheck = 'checkpoint' | 'bundle' | 'tile' | 'root' | 'entry' | 'order' | 'held'

/** One thing that is wrong. At least one entry from `from` through `through` is bad. */
export interface Finding {
  readonly check: LogCheck
  readonly from?: number
  readonly through?: number
  readonly detail: Text
}

/** The finding that places the first bad entry best: no other is certain of an earlier one. */
export function firstBadEntry(findings: readonly Finding[]): Finding | undefined {
  const placed = findings.filter(({ through }) => through !== undefined)
  return placed.toSorted(
    (a, b) => Number(a.through) - Number(b.through) || Number(b.from) - Number(a.from),
  )[0]
}

export const LOG_FAULTS = {
  noCheckpoint: { en: 'the checkpoint file is missing', zh: '缺少检查点文件' },
  malformedCheckpoint: { en: 'the checkpoint is malformed', zh: '检查点格式错误' },
  missingBundle: { en: 'the entry bundle is missing', zh: '缺少条目文件' },
  malformedBundle: {
    en: 'the entry bundle does not hold exactly its entries',
    zh: '条目文件内容与条目数不符',
  },
  missingTile: { en: 'the hash tile is missing', zh: '缺少哈希文件' },
  malformedTile: { en: 'the hash tile has a wrong length', zh: '哈希文件长度错误' },
  leafHash: {
    en: 'the entry does not have the hash that the log published for it',
    zh: '条目内容与日志公布的哈希不符',
  },
  nodeHash: {
    en: 'these entries do not have the hash that the log published for them together',
    zh: '这些条目与日志公布的合并哈希不符',
  },
  root: {
    en: 'the entries do not add up to the root that the log signed',
    zh: '全部条目与日志签名的根哈希不符',
  },
  entry: { en: 'the leaf is not an audit entry', zh: '该叶子不是审计条目' },
  notCanonical: { en: 'the leaf is not canonical JSON', zh: '该叶子不是规范 JSON' },
  heldForeign: {
    en: 'a held checkpoint is not signed by this log',
    zh: '所持检查点并非本日志签名',
  },
  rollback: {
    en: 'a held checkpoint is larger than the log: entries were cut off',
    zh: '所持检查点的规模大于日志：条目被截断',
  },
  fork: {
    en: 'a held checkpoint has another root at its size: the log was rewritten',
    zh: '同一规模下所持检查点的根哈希不同：日志被改写',
  },
} as const satisfies Record<string, Text>
