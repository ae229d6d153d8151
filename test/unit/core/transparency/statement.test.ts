import { describe, expect, it } from 'vitest'
import { verifierKeyOf } from '../../../../src/core/transparency/signed-note.ts'
import {
  type Envelope,
  openStatement,
  preAuthEncoding,
  signStatement,
} from '../../../../src/core/transparency/statement.ts'
import type { Sha256 } from '../../../../src/model/digest.ts'
import { seededSigner } from '../../../support/journal-ports.ts'

const signer = seededSigner('log')
const key = verifierKeyOf(signer)
const PAYLOAD_TYPE = 'application/vnd.in-toto+json'
const STATEMENT = {
  subject: 'job_1',
  digest: 'a'.repeat(64) as Sha256,
  predicateType: 'https://glovebox.test/release/v1',
  predicate: { b: [1, 'two'], a: null },
}

describe('a statement', () => {
  it('is an in-toto Statement v1 in canonical JSON', () => {
    const { payload, payloadType, signatures } = signStatement(STATEMENT, signer)
    expect(payloadType).toBe('application/vnd.in-toto+json')
    expect(Buffer.from(payload, 'base64').toString()).toBe(
      `{"_type":"https://in-toto.io/Statement/v1","predicate":{"a":null,"b":[1,"two"]},` +
        `"predicateType":"https://glovebox.test/release/v1",` +
        `"subject":[{"digest":{"sha256":"${'a'.repeat(64)}"},"name":"job_1"}]}`,
    )
    expect(signatures).toEqual([{ keyid: `${key.name}+${key.id}`, sig: expect.any(String) }])
  })

  it('opens with the key that signed it, and no other', () => {
    const envelope = signStatement(STATEMENT, signer)
    expect(openStatement(envelope, [key])).toEqual(STATEMENT)
    expect(openStatement(envelope, [verifierKeyOf(seededSigner('stranger'))])).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['another kind of document', { _type: 'https://in-toto.io/Statement/v0.1' }],
    ['no subject', { subject: [] }],
    ['two subjects', { subject: [subject('a'), subject('b')] }],
    ['a subject without digest', { subject: [{ name: 'a' }] }],
    ['a digest of another kind', { subject: [{ name: 'a', digest: { sha1: 'abc' } }] }],
    ['a digest in another spelling', { subject: [subject('A')] }],
    ['a subject without name', { subject: [{ digest: { sha256: 'a'.repeat(64) } }] }],
    ['no predicate', { predicate: undefined }],
    ['no type of predicate', { predicateType: 1 }],
  ])('is refused with %s, even signed', (_, members) => {
    const whole = JSON.parse(
      Buffer.from(signStatement(STATEMENT, signer).payload, 'base64').toString(),
    ) as object
    expect(openStatement(sign({ ...whole, ...(members as object) }), [key])).toBeUndefined()
  })

  it.each(['', 'null', '[]', '{'])('is refused when its payload is %j', (text) => {
    expect(openStatement(signText(text), [key])).toBeUndefined()
  })

  it('is refused under another type, even signed', () => {
    const payload = Buffer.from(signStatement(STATEMENT, signer).payload, 'base64')
    const sig = Buffer.from(signer.sign(preAuthEncoding('text/plain', payload)))
    const envelope = {
      payloadType: 'text/plain',
      payload: payload.toString('base64'),
      signatures: [{ sig: sig.toString('base64') }],
    }
    expect(openStatement(envelope, [key])).toBeUndefined()
  })
})

function subject(character: string): object {
  return { name: 'a', digest: { sha256: character.repeat(64) } }
}

function sign(document: object): Envelope {
  return signText(JSON.stringify(document))
}

function signText(text: string): Envelope {
  const payload = Buffer.from(text)
  const sig = Buffer.from(signer.sign(preAuthEncoding(PAYLOAD_TYPE, payload))).toString('base64')
  return { payloadType: PAYLOAD_TYPE, payload: payload.toString('base64'), signatures: [{ sig }] }
}
