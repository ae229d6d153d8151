/** JSON from outside, before anything in it is believed. */

import { decodeUtf8 } from './bytes.ts'

export type Members = Readonly<Record<string, unknown>>

/** Parses UTF-8 JSON; undefined when the bytes are not JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? '')
  } catch {
    return undefined
  }
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
