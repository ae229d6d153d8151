/** The outcome of a stage that may decline. Bugs and broken machinery throw instead. */

import type { Problem, ProblemCode, TextPosition } from './problem.ts'
import type { Text } from './text.ts'

/** A stage either hands its value on or declines with a problem. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem }

export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

/**
 * Declines with a registered problem.
 *
 * @param detail May name the caller's own input (their tables, columns, functions, limits, budget);
 *   never data, never an engine message.
 * @param at Where in the caller's SQL text the reason stands.
 */
export function decline(code: ProblemCode, detail: Text, at?: TextPosition): Result<never> {
  return { ok: false, problem: at === undefined ? { code, detail } : { code, detail, at } }
}
