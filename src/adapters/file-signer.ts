/**
 * The log's Ed25519 key in a file that only its owner can read. Made once; a lost key is not
 * replaced in silence, because a log whose last checkpoint names another key refuses to open.
 */

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import type { Signer } from '../pipeline/ports.ts'
import { KeyFileError, readOrCreateSecret } from './durable-files.ts'

const PUBLIC_KEY_BYTES = 32

/**
 * Opens the key file, making a new key if there is none.
 *
 * @param origin Name of the log in its signed notes: no spaces, no plus sign.
 * @throws {KeyFileError} The file is open to other users or holds no Ed25519 key.
 */
export async function openFileSigner(path: string, origin: string): Promise<Signer> {
  if (!/^[^\s+]+$/u.test(origin)) throw new Error('an origin has no spaces and no plus sign')
  const pem = Buffer.from(await readOrCreateSecret(path, createKey))
  const privateKey = parseKey(pem)
  if (privateKey?.asymmetricKeyType !== 'ed25519')
    throw new KeyFileError(`${path}: not an Ed25519 key file`)
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return {
    origin,
    publicKey: spki.subarray(-PUBLIC_KEY_BYTES),
    sign: (message) => sign(null, message, privateKey),
  }
}

function parseKey(pem: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

function createKey(): Uint8Array {
  const { privateKey } = generateKeyPairSync('ed25519')
  return Buffer.from(privateKey.export({ format: 'pem', type: 'pkcs8' }))
}
