/**
 * What a name costs: the nodes that stand in for it once it is resolved. Names of names double at
 * every step, so a line of text can stand for more nodes than any machine holds; a budget ends that.
 */

import { type ByteOffset, refuse } from './refusal.ts'
import type { Expression } from './syntax.ts'
import { childrenOf } from './tree-walk.ts'

/** Nodes that one name may stand for, and all names of a statement each time they are looked up. */
const MAX_NAME_NODES = 1_000
const MAX_INLINED_NODES = 20_000

/** Resolved expressions share their parts; each part is counted once and remembered. */
const sizes = new WeakMap<Expression, number>()

function sizeOf(expression: Expression): number {
  const known = sizes.get(expression)
  if (known !== undefined) return known
  const size = childrenOf(expression).reduce((sum, child) => sum + sizeOf(child), 1)
  sizes.set(expression, size)
  return size
}

/** Counts what names were replaced by, and refuses a statement that grows beyond its text. */
export class InliningBudget {
  #left = MAX_INLINED_NODES

  /** Pays for one name. Returns the expression, so that it can be paid for where it is used. */
  spend<T extends Expression>(expression: T, at: ByteOffset): T {
    const size = sizeOf(expression)
    this.#left -= size
    if (size > MAX_NAME_NODES || this.#left < 0) {
      refuse(
        'sql-too-complex',
        at,
        'Names that stand for other names add up to too many operations; nest fewer of them.',
        '别名层层引用，展开后的运算过多；请减少嵌套。',
      )
    }
    return expression
  }
}
