/** Group keys: their canonical bytes, their order, and the lists that public keys run through. */

import { assert } from '../../model/assert.ts'
import type { GroupKey, ReleaseNode } from '../../model/plan.ts'
import type { TextValue } from '../../model/table.ts'

/**
 * Canonical bytes of a group key, one character per byte, so that comparing strings compares bytes.
 * Distinct keys have distinct bytes, none is the beginning of another, and NULL sorts first.
 */
export type KeyBytes = string

/** Text that is its own bytes and needs no escape. */
const PLAIN = /^[ -~]*$/

const NULL_MARK = '\x00'
const TEXT_MARK = '\x01'
const END = '\x00'
const ESCAPED_END = '\x00\xff'

export function encodeGroupKey(keys: readonly TextValue[]): KeyBytes {
  return keys.map(encodeValue).join('')
}

export function toBytes(key: KeyBytes): Uint8Array {
  return Buffer.from(key, 'latin1')
}

/** Whether every key runs through a public list, so that the groups say nothing about the data. */
export function hasPublicKeys(node: ReleaseNode): boolean {
  return node.keys.every(({ domain }) => domain !== undefined)
}

/** How many groups the public lists span; undefined when some keys are private. */
export function publicGroupCount(node: ReleaseNode): bigint | undefined {
  let count = 1n
  for (const { domain } of node.keys) {
    if (domain === undefined) return undefined
    count *= BigInt(new Set(domain).size)
  }
  return count
}

/** Every combination of public keys. */
export function* publicGroups(keys: readonly GroupKey[]): Generator<readonly string[]> {
  const [first, ...rest] = keys
  if (first === undefined) {
    yield []
    return
  }
  assert(first.domain !== undefined, 'public groups have a domain for every key')
  for (const value of new Set(first.domain)) {
    for (const others of publicGroups(rest)) yield [value, ...others]
  }
}

/** Whether public keys have a value of their list. A group outside it does not exist for the release. */
export function isInDomain(keys: readonly TextValue[], domains: readonly Domain[]): boolean {
  return domains.every((domain, i) => {
    const value = keys[i]
    return domain === undefined || (typeof value === 'string' && domain.has(value))
  })
}

export type Domain = ReadonlySet<string> | undefined

export function domainsOf(node: ReleaseNode): readonly Domain[] {
  return node.keys.map(({ domain }) => (domain === undefined ? undefined : new Set(domain)))
}

function encodeValue(value: TextValue): KeyBytes {
  if (value === null) return NULL_MARK
  if (PLAIN.test(value)) return TEXT_MARK + value + END
  const bytes = Buffer.from(value, 'utf8').toString('latin1')
  return TEXT_MARK + bytes.replaceAll(END, ESCAPED_END) + END
}
