/**
 * JSON without rounding: numbers stay text, because the engine writes 64- and 128-bit integers
 * that `JSON.parse` would turn into neighbouring values, and a different literal would then run.
 */

export class JsonNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type JsonValue =
  | null
  | boolean
  | string
  | JsonNumber
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>

/** Deeper documents than any statement within the planner's limits produces. */
const MAX_DEPTH = 400

const SPACE = /[ \n\r\t]*/y
const STRING = /"(?:[^"\\]|\\.)*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y

/** Reads one document; undefined when it is not JSON, nests too deeply or repeats a key. */
export function readLosslessJson(text: string): JsonValue | undefined {
  const reader = new Reader(text)
  const value = reader.value(0)
  return reader.isAtEnd() ? value : undefined
}

class Reader {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  isAtEnd(): boolean {
    this.#take(SPACE)
    return this.#position === this.#text.length
  }

  value(depth: number): JsonValue | undefined {
    if (depth > MAX_DEPTH) return undefined
    this.#take(SPACE)
    const next = this.#text[this.#position]
    if (next === '{') return this.#object(depth)
    if (next === '[') return this.#array(depth)
    if (next === '"') return this.#string()
    const word = this.#take(WORD)
    if (word !== undefined) return word === 'null' ? null : word === 'true'
    const number = this.#take(NUMBER)
    return number === undefined ? undefined : new JsonNumber(number)
  }

  #object(depth: number): JsonValue | undefined {
    const members = new Map<string, JsonValue>()
    this.#position++
    if (this.#skip('}')) return members
    do {
      this.#take(SPACE)
      const key = this.#string()
      if (key === undefined || members.has(key) || !this.#skip(':')) return undefined
      const member = this.value(depth + 1)
      if (member === undefined) return undefined
      members.set(key, member)
    } while (this.#skip(','))
    return this.#skip('}') ? members : undefined
  }

  #array(depth: number): JsonValue | undefined {
    const items: JsonValue[] = []
    this.#position++
    if (this.#skip(']')) return items
    do {
      const item = this.value(depth + 1)
      if (item === undefined) return undefined
      items.push(item)
    } while (this.#skip(','))
    return this.#skip(']') ? items : undefined
  }

  #string(): string | undefined {
    const token = this.#take(STRING)
    if (token === undefined) return undefined
    try {
      const value: unknown = JSON.parse(token)
      return typeof value === 'string' ? value : undefined
    } catch {
      return undefined
    }
  }

  #skip(character: string): boolean {
    this.#take(SPACE)
    if (this.#text[this.#position] !== character) return false
    this.#position++
    return true
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const token = pattern.exec(this.#text)?.[0]
    if (token !== undefined) this.#position += token.length
    return token
  }
}
