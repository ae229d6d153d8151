/**
 * Signed notes: text with signature lines, each naming its key. The form of every checkpoint.
 *
 * @see https://c2sp.org/signed-note
 */

import { createPublicKey, verify } from 'node:crypto'
import { decodeBase64, encodeBase64, encodeUtf8, hasControlCharacter } from './bytes.ts'
import { sha256 } from './merkle-tree.ts'

/** Signature types of the specification that Glovebox reads: a plain note, a witness cosignature. */
export type SignatureType = 1 | 4

/** A key that someone decided to trust, as a `vkey` line states it. */
export interface VerifierKey {
  readonly name: string
  /** First four bytes of the key hash, as hex. */
  readonly id: string
  readonly type: SignatureType
  /** Raw Ed25519 public key of 32 bytes. */
  readonly publicKey: Uint8Array
}

/** Whoever holds a log's private key. */
export interface NoteSigner {
  readonly origin: string
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

export interface NoteSignature {
  readonly name: string
  readonly id: string
  /** What follows the key id: the signature, or timestamp and signature. */
  readonly signature: Uint8Array
}

export interface Note {
  /** The signed text, ending in a newline. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

const MAX_NOTE_CHARACTERS = 1_000_000
const MAX_SIGNATURES = 100
const KEY_ID_BYTES = 4
const PUBLIC_KEY_BYTES = 32
/** The DER of an Ed25519 SubjectPublicKeyInfo in front of the raw key. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const SIGNATURE_LINE = /^— (\S+) (\S+)$/
const KEY_NAME = /^[^\s\u0085+]+$/u

export function keyIdOf(name: string, type: SignatureType, publicKey: Uint8Array): string {
  const preimage = Buffer.concat([Buffer.from(`${name}\n`), Uint8Array.of(type), publicKey])
  return Buffer.from(sha256(preimage).subarray(0, KEY_ID_BYTES)).toString('hex')
}

/** The key of a signer as verifiers know it. */
export function verifierKeyOf(signer: NoteSigner): VerifierKey {
  const { origin, publicKey } = signer
  return { name: origin, id: keyIdOf(origin, 1, publicKey), type: 1, publicKey }
}

export function formatVerifierKey({ name, id, type, publicKey }: VerifierKey): string {
  return `${name}+${id}+${encodeBase64(Buffer.concat([Uint8Array.of(type), publicKey]))}`
}

/** Parses `name+id+key`. A wrong id, an unknown type and a key of another length are refused. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const [name = '', id = '', ...rest] = text.split('+')
  // Base64 may itself contain plus signs, so only the first two separate.
  const tagged = decodeBase64(rest.join('+'))
  if (!KEY_NAME.test(name) || tagged?.length !== 1 + PUBLIC_KEY_BYTES) return undefined
  const type = tagged[0]
  if (type !== 1 && type !== 4) return undefined
  const publicKey = tagged.subarray(1)
  return keyIdOf(name, type, publicKey) === id ? { name, id, type, publicKey } : undefined
}

/** Signs text that ends in a newline. */
export function signNote(text: string, signer: NoteSigner): string {
  const { name, id } = verifierKeyOf(signer)
  const signature = signer.sign(encodeUtf8(text))
  const tagged = encodeBase64(Buffer.concat([Buffer.from(id, 'hex'), signature]))
  return `${text}\n— ${name} ${tagged}\n`
}

/** Splits a note into text and signatures. Nothing is verified here. */
export function parseNote(note: string): Note | undefined {
  if (note.length > MAX_NOTE_CHARACTERS || !note.isWellFormed()) return undefined
  if (hasControlCharacter(note, '\u007f') || !note.endsWith('\n')) return undefined
  const split = note.lastIndexOf('\n\n')
  if (split === -1) return undefined
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > MAX_SIGNATURES) return undefined
  const signatures = lines.map(parseSignatureLine)
  if (!signatures.every((signature) => signature !== undefined)) return undefined
  return { text: note.slice(0, split + 1), signatures }
}

/** Whether an Ed25519 signature over a message is the key's. */
export function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const der = Buffer.concat([SPKI_PREFIX, publicKey])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return verify(null, message, key, signature)
}

/**
 * How a key stands to a note: `absent` when no signature claims to be its own. A claim that fails
 * is `invalid`, and such a note deserves no trust at all.
 */
export function checkSignature(note: Note, key: VerifierKey): 'valid' | 'invalid' | 'absent' {
  const own = note.signatures.filter(({ name, id }) => name === key.name && id === key.id)
  if (own.length === 0) return 'absent'
  return own.every(({ signature }) => isSignedBy(key, note.text, signature)) ? 'valid' : 'invalid'
}

function isSignedBy(key: VerifierKey, text: string, signature: Uint8Array): boolean {
  if (key.type === 1) return verifyEd25519(key.publicKey, encodeUtf8(text), signature)
  const timestamp = Buffer.from(signature.subarray(0, 8))
  if (timestamp.length < 8) return false
  const seconds = timestamp.readBigUInt64BE()
  // A witness signs the checkpoint together with the time at which it saw it.
  const message = encodeUtf8(`cosignature/v1\ntime ${seconds}\n${text}`)
  return verifyEd25519(key.publicKey, message, signature.subarray(8))
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? []
  const bytes = decodeBase64(encoded)
  if (!KEY_NAME.test(name) || bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined
  const id = Buffer.from(bytes.subarray(0, KEY_ID_BYTES)).toString('hex')
  return { name, id, signature: bytes.subarray(KEY_ID_BYTES) }
}
