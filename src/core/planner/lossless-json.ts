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

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y

const SPACES: ReadonlySet<number> = new Set([0x20, 0x0a, 0x0d, 0x09])
const QUOTE = 0x22
const BACKSLASH = 0x5c

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
    this.#skipSpace()
    return this.#position === this.#text.length
  }

  value(depth: number): JsonValue | undefined {
    if (depth > MAX_DEPTH) return undefined
    this.#skipSpace()
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
      this.#skipSpace()
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
    const start = this.#position
    if (this.#text.charCodeAt(start) !== QUOTE) return undefined
    let end = start + 1
    let isPlain = true
    for (let code = this.#text.charCodeAt(end); code !== QUOTE; code = this.#text.charCodeAt(end)) {
      if (Number.isNaN(code)) return undefined
      if (code === BACKSLASH) end++
      isPlain &&= code >= 0x20 && code !== BACKSLASH
      end++
    }
    this.#position = end + 1
    return isPlain ? this.#text.slice(start + 1, end) : escaped(this.#text.slice(start, end + 1))
  }

  #skip(character: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#position] !== character) return false
    this.#position++
    return true
  }

  #skipSpace(): void {
    while (SPACES.has(this.#text.charCodeAt(this.#position))) this.#position++
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const token = pattern.exec(this.#text)?.[0]
    if (token !== undefined) this.#position += token.length
    return token
  }
}

/** A string token with escapes; control characters stay forbidden. */
function escaped(token: string): string | undefined {
  try {
    const value: unknown = JSON.parse(token)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
