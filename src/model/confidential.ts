/**
 * Data that must not leave the service. `Confidential` carries it through the pipeline while
 * every accidental exit (logging, JSON, string templates) yields a placeholder instead.
 *
 * Only `core/release` may import `reveal`; test/tidy enforces that.
 */

import { inspect } from 'node:util'

const PLACEHOLDER = '[confidential]'

export class Confidential<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  toString(): string {
    return PLACEHOLDER
  }

  toJSON(): string {
    return PLACEHOLDER
  }

  [inspect.custom](): string {
    return PLACEHOLDER
  }

  static reveal<T>(secret: Confidential<T>): T {
    return secret.#value
  }
}

/** Opens confidential data in order to judge it or to add noise to it. */
export const reveal: <T>(secret: Confidential<T>) => T = Confidential.reveal
