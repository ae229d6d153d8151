/**
 * What makes two questions the same one. The same question gets the same answer: a repetition costs
 * nothing, and averaging over repetitions yields nothing.
 */

import { canonicalJson } from '../../model/canonical-json.ts'
import type { Sha256 } from '../../model/digest.ts'

/** Everything that a released table depends on, but for its noise and the history before it. */
export interface Question {
  /** Of the canonical plan: statements that differ only in spelling share it. */
  readonly plan: Sha256
  readonly snapshot: Sha256
  /** Of the release policy, which a changed threshold or budget changes. */
  readonly policy: Sha256
  readonly mode: 'threshold' | 'dp'
  /** Names of the answer's columns, which are part of its bytes. */
  readonly columns: readonly string[]
}

/** Equal for the same question and for no other. Whoever asks must be authorised for the plan first. */
export function questionKey({ plan, snapshot, policy, mode, columns }: Question): string {
  return canonicalJson({ plan, snapshot, policy, mode, columns })
}
