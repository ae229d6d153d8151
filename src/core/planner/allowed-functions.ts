/**
 * Every function a statement may call, by what it may touch. This file and `row-functions.ts` are
 * the whole function surface: what is not listed is refused. A test compares them, and a list of the
 * refused ones, with the engine's catalog, so that an upgrade cannot add one unnoticed.
 */

import { MOMENT_FUNCTIONS } from './moment-functions.ts'
import { ROW_FUNCTION_NAMES } from './row-functions.ts'

function names(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''))
}

/** Aggregates that become released measures over protected rows. */
const MEASURES: ReadonlySet<string> = new Set([
  ...names('count count_star sum avg mean count_if countif'),
  ...MOMENT_FUNCTIONS,
])

/** Further aggregates for values that are released already. */
const RELEASED_AGGREGATES = names(`
  min max median mode first last any_value product bool_and bool_or
  quantile_cont quantile_disc
`)

/** Scalar functions for released values only: they may fail, which harms nobody there. */
const RELEASED_SCALARS = names(`
  exp pow power sign cbrt log gcd lcm degrees radians pi isnan isinf isfinite
  replace reverse concat concat_ws lcase ucase instr strpos position ascii
  monthname dayname make_date weekofyear yearweek grouping
`)

const WINDOWS = names(`
  row_number rank dense_rank rank_dense percent_rank cume_dist ntile lag lead
  first_value last_value nth_value
`)

const ROW_FUNCTIONS: ReadonlySet<string> = new Set(ROW_FUNCTION_NAMES)

/** Every function that some statement may call. */
export const ALLOWED_NAMES: readonly string[] = [
  ...ROW_FUNCTIONS,
  ...MEASURES,
  ...RELEASED_AGGREGATES,
  ...RELEASED_SCALARS,
  ...WINDOWS,
]

export type FunctionClass = 'row' | 'measure' | 'released-aggregate' | 'released-scalar' | 'window'

/** The class of a function, or undefined when no statement may call it. */
export function classOf(name: string): FunctionClass | undefined {
  if (ROW_FUNCTIONS.has(name)) return 'row'
  if (MEASURES.has(name)) return 'measure'
  if (RELEASED_AGGREGATES.has(name)) return 'released-aggregate'
  if (RELEASED_SCALARS.has(name)) return 'released-scalar'
  return WINDOWS.has(name) ? 'window' : undefined
}

/** True for aggregates, whatever they may touch. */
export function isAggregate(name: string): boolean {
  const found = classOf(name)
  return found === 'measure' || found === 'released-aggregate'
}
