/** Arguments of numeric measures: what is summed, on which lattice. */

import type { PlanContext } from './context.ts'
import { refuse } from './refusal.ts'
import type { Variable } from './release-draft.ts'
import type { Name } from './syntax.ts'

/** A measure column as a variable; its bounds are those of the product. */
export function boundedVariable(argument: Name, context: PlanContext): Variable {
  const facts = context.registry.find(argument.path)
  if (facts?.measure !== undefined) return { argument, type: facts.type, bounds: facts.measure }
  return refuse(
    'column-use-not-allowed',
    argument.at,
    `${facts?.column ?? ''} has no bounds, so it may be counted but not summed.`,
    `${facts?.column ?? ''} 未设置上下界，只能计数，不能求和。`,
  )
}
