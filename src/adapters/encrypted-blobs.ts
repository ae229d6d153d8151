/**
 * The vault: blobs encrypted with AES-256-GCM before another store keeps them.
 *
 * Holds what the log only commits to, such as SQL text and openings. The name of a blob is
 * authenticated with it, so that one blob cannot stand in for another. Losing the key erases all.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { BlobStore } from '../pipeline/ports.ts'
import { KeyFileError, readOrCreateSecret } from './durable-files.ts'

const CIPHER = 'aes-256-gcm'
const VERSION = 1
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A blob exists but was changed, moved to another name, or encrypted under another key. */
export class VaultDamaged extends Error {
  override readonly name = 'VaultDamaged'
}

/**
 * Wraps a store, with the key in a file that only its owner can read; it is made if missing.
 *
 * @throws {KeyFileError} The key file is open to other users or has a wrong length.
 */
export async function openEncryptedBlobs(inner: BlobStore, keyFile: string): Promise<BlobStore> {
  const key = await readOrCreateSecret(keyFile, () => randomBytes(KEY_BYTES))
  if (key.length !== KEY_BYTES) throw new KeyFileError(`${keyFile}: a vault key has 32 bytes`)
  return {
    write: (path, bytes) => inner.write(path, encrypt(key, path, bytes)),
    read: async (path) => {
      const sealed = await inner.read(path)
      return sealed === undefined ? undefined : decrypt(key, path, sealed)
    },
    erase: (path) => inner.erase(path),
  }
}

function encrypt(key: Uint8Array, path: string, bytes: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce)
  cipher.setAAD(associatedData(path))
  const body = Buffer.concat([cipher.update(bytes), cipher.final()])
  return Buffer.concat([Uint8Array.of(VERSION), nonce, body, cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, path: string, sealed: Uint8Array): Uint8Array {
  const bodyStart = 1 + NONCE_BYTES
  if (sealed[0] !== VERSION || sealed.length < bodyStart + TAG_BYTES)
    throw new VaultDamaged('a vault blob has an unknown form')
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(1, bodyStart), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(associatedData(path))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    const body = decipher.update(sealed.subarray(bodyStart, -TAG_BYTES))
    return Buffer.concat([body, decipher.final()])
  } catch {
    throw new VaultDamaged('a vault blob does not match its name and key')
  }
}

function associatedData(path: string): Uint8Array {
  return Buffer.from(`glovebox-vault/v1\n${path}`)
}
