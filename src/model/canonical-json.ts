/** Canonical JSON (RFC 8785, JCS): one byte sequence per value, used wherever something is hashed. */

import { assert } from './assert.ts'

/** What may be hashed. Integers beyond 2^53 - 1 and decimals travel as strings. */
export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue | undefined }

/**
 * Serialises a value as RFC 8785 text. Keys whose value is `undefined` are left out.
 *
 * @throws {InvariantViolation} Lone surrogates and non-finite numbers: they have no canonical form.
 */
export function canonicalJson(value: CanonicalValue): string {
  if (typeof value === 'string') {
    assert(value.isWellFormed(), 'canonical text is well-formed Unicode')
    return JSON.stringify(value)
  }
  if (typeof value === 'number') {
    assert(Number.isFinite(value), 'canonical numbers are finite')
    return JSON.stringify(value)
  }
  if (value === null || typeof value === 'boolean') return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  let members = ''
  // The default order of sort is the one the standard asks for: by UTF-16 code units.
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member === undefined) continue
    members += `${members === '' ? '' : ','}${canonicalJson(key)}:${canonicalJson(member)}`
  }
  return `{${members}}`
}

// Array.isArray does not narrow readonly arrays out of a union.
function isArray(value: object): value is readonly CanonicalValue[] {
  return Array.isArray(value)
}
