/**
 * Signed statements: an in-toto Statement in a DSSE envelope, made with the log's key.
 *
 * @see https://github.com/in-toto/attestation (Statement v1)
 * @see https://github.com/secure-systems-lab/dsse (PAE)
 */

import { type CanonicalValue, canonicalJson } from '../../model/canonical-json.ts'
import { Sha256 } from '../../model/digest.ts'
import { decodeBase64, encodeBase64, encodeUtf8 } from './bytes.ts'
import { isMembers, parseJson } from './json.ts'
import { type NoteSigner, type VerifierKey, verifierKeyOf, verifyEd25519 } from './signed-note.ts'

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** One named subject with its digest, and what is claimed about it. */
export interface Statement {
  readonly subject: string
  readonly digest: Sha256
  readonly predicateType: string
  readonly predicate: CanonicalValue
}

export interface Envelope {
  readonly payloadType: string
  readonly payload: string
  readonly signatures: readonly { readonly keyid?: string; readonly sig: string }[]
}

export function signStatement(statement: Statement, signer: NoteSigner): Envelope {
  const payload = encodeUtf8(
    canonicalJson({
      _type: STATEMENT_TYPE,
      subject: [{ name: statement.subject, digest: { sha256: statement.digest } }],
      predicateType: statement.predicateType,
      predicate: statement.predicate,
    }),
  )
  const signature = signer.sign(preAuthEncoding(PAYLOAD_TYPE, payload))
  return {
    payloadType: PAYLOAD_TYPE,
    payload: encodeBase64(payload),
    signatures: [{ keyid: keyIdText(verifierKeyOf(signer)), sig: encodeBase64(signature) }],
  }
}

/** Opens an envelope that one of the keys signed; undefined for anything else. */
export function openStatement(
  envelope: Envelope,
  keys: readonly VerifierKey[],
): Statement | undefined {
  if (envelope.payloadType !== PAYLOAD_TYPE) return undefined
  const payload = openEnvelope(envelope, keys)
  return payload === undefined ? undefined : parseStatement(payload)
}

/** The payload of an envelope that one of the keys signed together with its type. */
export function openEnvelope(
  { payloadType, payload: encoded, signatures }: Envelope,
  keys: readonly VerifierKey[],
): Uint8Array | undefined {
  const payload = decodeEitherBase64(encoded)
  if (payload === undefined) return undefined
  const message = preAuthEncoding(payloadType, payload)
  const isSigned = signatures.some(({ sig }) => {
    const signature = decodeEitherBase64(sig)
    // The key id is only a hint, so every trusted key is tried.
    return signature && keys.some((key) => verifyEd25519(key.publicKey, message, signature))
  })
  return isSigned ? payload : undefined
}

/** DSSE's pre-authentication encoding: what is signed, so that type and payload cannot be mixed. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const header = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `
  return Buffer.concat([encodeUtf8(header), payload])
}

function parseStatement(payload: Uint8Array): Statement | undefined {
  const value = parseJson(payload)
  if (!isMembers(value) || value['_type'] !== STATEMENT_TYPE) return undefined
  const { subject: subjects, predicateType, predicate } = value
  if (typeof predicateType !== 'string' || predicate === undefined) return undefined
  if (!Array.isArray(subjects) || subjects.length !== 1) return undefined
  const subject: unknown = subjects[0]
  if (!isMembers(subject) || !isMembers(subject['digest'])) return undefined
  const digest = Sha256.safeParse(subject['digest']['sha256'])
  if (typeof subject['name'] !== 'string' || !digest.success) return undefined
  // JSON.parse yields nothing but canonical values.
  const claim = predicate as CanonicalValue
  return { subject: subject['name'], digest: digest.data, predicateType, predicate: claim }
}

/** The standard lets signers choose either alphabet. */
function decodeEitherBase64(text: string): Uint8Array | undefined {
  return decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
}

function keyIdText({ name, id }: VerifierKey): string {
  return `${name}+${id}`
}
