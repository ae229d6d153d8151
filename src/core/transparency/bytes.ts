/** Bytes as text and back: strict base64, hex digests, UTF-8 without replacement characters. */

import type { Sha256 } from '../../model/digest.ts'

/** Decodes standard base64 with padding. Any other spelling of the same bytes is refused. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

export function encodeBase64(bytes: Uint8Array): string {
  return view(bytes).toString('base64')
}

/** A 32-byte hash as the digest type of the model. */
export function toDigest(hash: Uint8Array): Sha256 {
  return view(hash).toString('hex') as Sha256
}

export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

export function encodeUtf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/** Parses a decimal without sign or leading zeroes, up to 2^53 - 1. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

/** Whether text holds an ASCII control character other than newline and those of `allowed`. */
export function hasControlCharacter(text: string, allowed = ''): boolean {
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    const isControl = character < ' ' || character === '\u007f'
    if (isControl && character !== '\n' && !allowed.includes(character)) return true
  }
  return false
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
