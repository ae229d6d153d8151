/** Conditions: split into conjuncts, checked against the language profile and the column uses. */

import type { PlanContext } from './context.ts'
import { refuse } from './refusal.ts'
import type { Expression, Name } from './syntax.ts'
import { namesIn } from './tree-walk.ts'
import { requireUse } from './uses.ts'

export function conjunctsOf(condition: Expression): readonly Expression[] {
  return condition.kind === 'logic' && condition.operator === 'AND'
    ? condition.operands.flatMap(conjunctsOf)
    : [condition]
}

/** Admits a condition on protected rows: its form under the profile, its columns as filters. */
export function admitPredicate(condition: Expression, context: PlanContext): void {
  requireUse(condition, 'filter', context)
  if (context.mode === 'threshold') checkNarrow(condition, context)
}

/**
 * The narrow profile: conjunctions of tests that each look at one column, or at what was computed
 * from one column within a unit. Wider conditions carve out cohorts that no later check can compare
 * with earlier ones.
 */
export function checkNarrow(condition: Expression, context: PlanContext): void {
  const labels = ({ path }: Name) => {
    const derivation = context.registry.find(path)?.derivation
    return derivation === undefined ? [path.join('.')] : (derivation.label ?? [])
  }
  for (const conjunct of conjunctsOf(condition)) {
    const columns = new Set(namesIn(conjunct).flatMap(labels))
    if (columns.size > 1) {
      refuse(
        'mode-not-supported',
        conjunct.at,
        'Under this agreement each condition may look at one column only; combine conditions with AND.',
        '本协议下每个条件只能涉及一列；请用 AND 组合多个条件。',
      )
    }
  }
}
