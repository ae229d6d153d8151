/**
 * Goal: envelopes are signed and opened as DSSE says.
 * Method: the example of the protocol and the vectors of the reference repository (its Ed25519 keys
 * are those of RFC 8032). A threshold above one is not ours: one log makes one signature.
 */

import { describe, expect, it } from 'vitest'
import type { VerifierKey } from '../../src/core/transparency/signed-note.ts'
import { openEnvelope, preAuthEncoding } from '../../src/core/transparency/statement.ts'

const KEY: VerifierKey = {
  name: 'A',
  id: '00000000',
  type: 1,
  publicKey: Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex'),
}
const STRANGER: VerifierKey = {
  ...KEY,
  publicKey: Buffer.from('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex'),
}
const TYPE = 'application/vnd.in-toto+json'
const BODY = 'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ=='
const SIG =
  '2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA=='
const OTHER_SIG =
  'c1+67/aT0yqEpwx8PsVY3MLHsj9D0CZ014/Fv/QlG59P+9CobUZ7xECJ/V3USG0Ob9CiE5LjReEZUzNF2l7eBw=='
const URL_SAFE_SIG =
  'P-_KHICeR7tI6S_YyejJTRtrXhcQyQ2LYPaL8h90KjC9qN8HU_svOQ6TuDOT1HIrsGW886DbWNWcCmX5twLrAw=='
const UMLAUT_SIG =
  'xmSk/ug66ysT7ayhkCIjhAq42zgZXSsEWuzUaNL7w2eGAdF/NU6/fRXPtmfN+5DNSAs5/i2lUnHjbbjPsu0tAw=='
const EMPTY_SIG =
  'gSggCAaTLTYyRH6FIDBem6meyIynsYy8RTHVzwx9tnTb7Bg/1jMWnuVgI/gffqmbsC2VX5/jHfkkDqsj7CDbDg=='

describe('the pre-authentication encoding', () => {
  it.each([
    [
      'the example of the protocol',
      'http://example.com/HelloWorld',
      'hello world',
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    ],
    [
      'bytes, not characters',
      'application/vnd.exämple+json',
      'é',
      'DSSEv1 29 application/vnd.exämple+json 2 é',
    ],
    ['an empty body', TYPE, '', `DSSEv1 28 ${TYPE} 0 `],
  ])('of %s', (_, type, body, expected) => {
    expect(String(preAuthEncoding(type, Buffer.from(body)))).toBe(expected)
  })
})

describe('an envelope', () => {
  it.each([
    ['one signature', envelope(TYPE, BODY, SIG), BODY],
    ['a second, unknown signature', envelope(TYPE, BODY, OTHER_SIG, SIG), BODY],
    ['the URL-safe alphabet', envelope(TYPE, '-_-_Pj8=', URL_SAFE_SIG), '+/+/Pj8='],
    ['a type outside ASCII', envelope('application/vnd.exämple+json', BODY, UMLAUT_SIG), BODY],
    ['an empty payload', envelope(TYPE, '', EMPTY_SIG), ''],
  ])('opens with %s', (_, given, payload) => {
    expect(openEnvelope(given, [STRANGER, KEY])).toEqual(Buffer.from(payload, 'base64'))
  })

  it.each([
    ['another type', envelope('application/vnd.example.other+json', BODY, SIG), [KEY]],
    ['another payload', envelope(TYPE, 'aGVsbG8=', SIG), [KEY]],
    ['a payload that is no base64', envelope(TYPE, '!', SIG), [KEY]],
    ['a signature that is no base64', envelope(TYPE, BODY, '!'), [KEY]],
    ['no signature', envelope(TYPE, BODY), [KEY]],
    ['another key', envelope(TYPE, BODY, SIG), [STRANGER]],
    ['no key', envelope(TYPE, BODY, SIG), []],
  ])('stays shut with %s', (_, given, keys) => {
    expect(openEnvelope(given, keys)).toBeUndefined()
  })
})

function envelope(payloadType: string, payload: string, ...sigs: readonly string[]) {
  return { payloadType, payload, signatures: sigs.map((sig) => ({ sig })) }
}
