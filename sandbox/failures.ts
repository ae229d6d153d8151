/** Engine errors end here: they quote row values, so only one of a few fixed codes goes on. */

import type { Failure } from './protocol.ts'

/** A failure that already has its code. Its message never leaves the process. */
export class WorkFailure extends Error {
  override readonly name = 'WorkFailure'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure)
    this.failure = failure
  }
}

/** The engine opens its messages with the kind of error; what follows may be data. */
const CODES: readonly (readonly [RegExp, Failure])[] = [
  [/^Out of Memory|^std::bad_alloc|bad allocation/, 'out_of_memory'],
  [/^INTERRUPT/, 'cancelled'],
  [
    /^(Failed to extract statements|Parser|Binder|Catalog|Not implemented|Permission|Parameter)/,
    'invalid_query',
  ],
]

export function failureOf(error: unknown): Failure {
  if (error instanceof WorkFailure) return error.failure
  const message = error instanceof Error ? error.message : ''
  return CODES.find(([pattern]) => pattern.test(message))?.[1] ?? 'query_failed'
}
