/** Strict access to the engine's syntax tree: every object must have exactly the expected members. */

import { JsonNumber, type JsonValue } from '../lossless-json.ts'
import { type ByteOffset, NOWHERE, refuse } from '../refusal.ts'

export type TreeObject = ReadonlyMap<string, JsonValue>

/** What the engine writes for a node without a place: 2^64 - 1. */
const NO_LOCATION = '18446744073709551615'

/** How large a statement may be; the engine's own planner is cubic in depth. */
export interface SizeLimits {
  readonly nodes: number
  readonly depth: number
  readonly joins: number
  readonly commonTables: number
}

export const STATEMENT_LIMITS: SizeLimits = { nodes: 2000, depth: 40, joins: 8, commonTables: 16 }

/** Generated SQL is larger than what it was generated from. */
export const GENERATED_LIMITS: SizeLimits = {
  nodes: 40_000,
  depth: 120,
  joins: 64,
  commonTables: 64,
}

/** Counts what has been read and refuses beyond the limits. */
export class SizeMeter {
  readonly #limits: SizeLimits
  readonly #counts = { nodes: 0, joins: 0, commonTables: 0 }
  #depth = 0

  constructor(limits: SizeLimits) {
    this.#limits = limits
  }

  count(what: 'nodes' | 'joins' | 'commonTables', at: ByteOffset): void {
    this.#counts[what]++
    if (this.#counts[what] > this.#limits[what]) refuseSize(what, this.#limits[what], at)
  }

  nested<T>(at: ByteOffset, read: () => T): T {
    this.count('nodes', at)
    this.#depth++
    if (this.#depth > this.#limits.depth) refuseSize('levels', this.#limits.depth, at)
    const value = read()
    this.#depth--
    return value
  }
}

function refuseSize(what: string, limit: number, at: ByteOffset): never {
  return refuse(
    'sql-too-complex',
    at,
    `The query has more than ${limit} ${what}.`,
    `查询规模超过上限：${what} 不得多于 ${limit}。`,
  )
}

/** Checks that a value is an object with exactly these members. */
export function exactly(
  value: JsonValue | undefined,
  at: ByteOffset,
  members: readonly string[],
): TreeObject {
  const object = asObject(value, at)
  if (object.size !== members.length || !members.every((member) => object.has(member))) {
    refuseTree(at)
  }
  return object
}

export function asObject(value: JsonValue | undefined, at: ByteOffset): TreeObject {
  return value instanceof Map ? value : refuseTree(at)
}

export function asList(value: JsonValue | undefined, at: ByteOffset): readonly JsonValue[] {
  return isList(value) ? value : refuseTree(at)
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

export function asText(value: JsonValue | undefined, at: ByteOffset): string {
  return typeof value === 'string' ? value : refuseTree(at)
}

export function asTexts(value: JsonValue | undefined, at: ByteOffset): readonly string[] {
  return asList(value, at).map((item) => asText(item, at))
}

export function asFlag(value: JsonValue | undefined, at: ByteOffset): boolean {
  return typeof value === 'boolean' ? value : refuseTree(at)
}

/** An integer as exact text. */
export function asIntegerText(value: JsonValue | undefined, at: ByteOffset): string {
  return value instanceof JsonNumber && /^-?\d+$/.test(value.text) ? value.text : refuseTree(at)
}

export function asSmallInteger(value: JsonValue | undefined, at: ByteOffset): number {
  const number = Number(asIntegerText(value, at))
  return Number.isSafeInteger(number) ? number : refuseTree(at)
}

/** A node's own place, or that of the node around it. */
export function placeOf(value: JsonValue | undefined, around: ByteOffset): ByteOffset {
  const location = value instanceof Map ? value.get('query_location') : undefined
  if (!(location instanceof JsonNumber) || location.text === NO_LOCATION) return around
  const offset = Number(location.text)
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : NOWHERE
}

/** The place of the first node in a list that has one of its own. */
export function firstPlace(values: readonly JsonValue[], around: ByteOffset): ByteOffset {
  const own = values.map((value) => placeOf(value, NOWHERE)).find((place) => place !== NOWHERE)
  return own ?? around
}

export function refuseTree(at: ByteOffset): never {
  return refuse(
    'sql-unsupported',
    at,
    'The engine reads this part in a form that the planner does not know.',
    '引擎对此处的解析形式不在支持范围内。',
  )
}

export function refuseForm(at: ByteOffset, en: string, zh: string): never {
  return refuse('sql-unsupported', at, en, zh)
}
