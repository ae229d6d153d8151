/** Identities from one JSON file that only its owner may read: principals, and digests of tokens. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Sha256 } from '../model/digest.ts'
import { Principal, type PrincipalId } from '../model/principal.ts'
import { decline, ok, type Result } from '../model/result.ts'
import type { IdentityStore } from '../pipeline/ports.ts'

const Content = z.strictObject({
  version: z.literal(1),
  identities: z.array(z.strictObject({ principal: Principal, tokenDigest: Sha256 })),
})
type Identity = Readonly<z.infer<typeof Content>['identities'][number]>

/** 256 random bits behind a prefix by which a leaked token can be recognised. */
const TOKEN = /^gbx_[A-Za-z0-9_-]{43}$/
const TOKEN_BYTES = 32

/** The file cannot be trusted or changed. The message names the file and what to do, no identity. */
export class IdentityFileError extends Error {
  override readonly name = 'IdentityFileError'
}

export interface IdentityFile extends IdentityStore {
  /**
   * Adds a principal and returns its token, which is stored nowhere: it can be shown once.
   * Declines an id that is taken; its token stays valid.
   *
   * @throws {IdentityFileError} Another process is changing the file.
   */
  createIdentity(principal: Principal): Result<string>
  /**
   * Ends a principal's access. Returns whether there was one.
   *
   * @throws {IdentityFileError} Another process is changing the file.
   */
  revokeIdentity(id: PrincipalId): boolean
  principals(): readonly Principal[]
}

/**
 * Opens the file at `path`; while there is none, nobody is known. Changes by another process take
 * effect with the next question.
 *
 * @throws {IdentityFileError} Here and at each later question: the file is open to others than its
 *   owner, or is not what this module writes. Nobody is authenticated from such a file.
 */
export function openIdentityFile(path: string): IdentityFile {
  let version: string | undefined
  let identities: readonly Identity[] = []

  const refresh = (): readonly Identity[] => {
    const found = versionOf(path)
    if (found !== version) {
      identities = found === undefined ? [] : readIdentities(path)
      version = found
    }
    return identities
  }

  refresh()
  return {
    authenticate: (token) => findByToken(refresh(), token),
    principals: () => refresh().map(({ principal }) => principal),
    createIdentity(principal) {
      const token = `gbx_${randomBytes(TOKEN_BYTES).toString('base64url')}`
      const tokenDigest = Sha256.parse(digestOf(token).toString('hex'))
      let isTaken = false
      change(path, (before) => {
        isTaken = before.some((known) => known.principal.id === principal.id)
        return isTaken ? before : [...before, { principal, tokenDigest }]
      })
      return isTaken ? declineTaken(principal.id) : ok(token)
    },
    revokeIdentity(id) {
      let isKnown = false
      change(path, (before) => {
        const kept = before.filter(({ principal }) => principal.id !== id)
        isKnown = kept.length < before.length
        return kept
      })
      return isKnown
    },
  }
}

function declineTaken(id: PrincipalId): Result<never> {
  return decline('request-invalid', {
    en: `The id "${id}" is taken: revoke it first, or choose another.`,
    zh: `标识“${id}”已被使用：请先撤销，或另选标识。`,
  })
}

/** Compares with every identity, in constant time each: the time taken says nothing. */
function findByToken(identities: readonly Identity[], token: string): Principal | undefined {
  if (!TOKEN.test(token)) return undefined
  const digest = digestOf(token)
  let found: Principal | undefined
  for (const { principal, tokenDigest } of identities)
    if (timingSafeEqual(digest, Buffer.from(tokenDigest, 'hex'))) found = principal
  return found
}

// A token has 256 random bits: a fast digest is enough, there is nothing to guess.
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}

/** Tells contents apart without reading them: every change is a new file. */
function versionOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat && `${stat.ino}:${stat.mtimeNs}:${stat.size}:${stat.mode}`
}

function readIdentities(path: string): readonly Identity[] {
  const file = openSync(path, 'r')
  try {
    // The open file, not its name, so that it cannot be swapped between check and use.
    if ((fstatSync(file).mode & 0o077) !== 0)
      throw new IdentityFileError(`${path}: others may read it; run "chmod 600" on it`)
    const content = Content.safeParse(parseJson(readFileSync(file, 'utf8')))
    if (!content.success) throw new IdentityFileError(`${path}: not a file of identities`)
    return content.data.identities
  } finally {
    closeSync(file)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Writes the changed file beside the old one, then in its place. The new file is also the lock. */
function change(path: string, edit: (before: readonly Identity[]) => readonly Identity[]): void {
  const draft = `${path}.new`
  const file = openDraft(draft)
  try {
    try {
      const before = versionOf(path) === undefined ? [] : readIdentities(path)
      // Parsed once more: what could not be read back is not written.
      const content = Content.parse({ version: 1, identities: edit(before) })
      writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}

function openDraft(draft: string): number {
  try {
    return openSync(draft, 'wx', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new IdentityFileError(
        `${draft}: another process is changing the identities; remove this file if none is`,
      )
    throw error
  }
}

/** Makes the new name durable. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
