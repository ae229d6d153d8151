/**
 * How the planner says no. Inside this folder a refusal travels as an exception, because it can
 * arise at any depth of a tree; the entry functions turn it into a `Result`, so none escapes.
 */

import type { ProblemCode, TextPosition } from '../../model/problem.ts'
import { decline, ok, type Result } from '../../model/result.ts'
import type { Text } from '../../model/text.ts'

/** Offset of a node in the statement's UTF-8 bytes, as the engine counts; -1 when unknown. */
export type ByteOffset = number

export const NOWHERE: ByteOffset = -1

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: ProblemCode
  readonly detail: Text
  readonly at: ByteOffset

  constructor(code: ProblemCode, detail: Text, at: ByteOffset) {
    super(code)
    this.code = code
    this.detail = detail
    this.at = at
  }
}

export function refuse(code: ProblemCode, at: ByteOffset, en: string, zh: string): never {
  throw new Refusal(code, { en, zh }, at)
}

/** Runs one stage and turns a refusal into the negative result it stands for. */
export function catchRefusal<T>(sql: string, stage: () => T): Result<T> {
  try {
    return ok(stage())
  } catch (error) {
    if (error instanceof Refusal) {
      return decline(error.code, error.detail, positionAt(sql, error.at))
    }
    throw error
  }
}

/** Line and column of a byte offset; the start of the text when the offset is unknown. */
function positionAt(sql: string, offset: ByteOffset): TextPosition {
  const bytes = new TextEncoder().encode(sql)
  const before = new TextDecoder().decode(bytes.subarray(0, Math.max(0, offset)))
  const lines = before.split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
