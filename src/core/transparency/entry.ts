/** Entries as leaves: canonical JSON within a cap, and back. */

import { assert } from '../../model/assert.ts'
import { type AuditEntry, ENTRY_TYPES } from '../../model/audit-entry.ts'
import { type CanonicalValue, canonicalJson } from '../../model/canonical-json.ts'
import { decodeUtf8, encodeUtf8 } from './bytes.ts'
import { isMembers, type Members, parseJson } from './json.ts'

/** Our own cap on a leaf; the layout allows 65,535 bytes. Larger content is a blob with a digest. */
export const MAX_LEAF_BYTES = 16 * 1024

/**
 * The leaf of an entry.
 *
 * @throws {InvariantViolation} Another form than `parseEntry` accepts, a leaf over the cap, a number
 *   that is not a safe integer, text without a canonical form. Nothing was logged then.
 */
export function encodeEntry(entry: AuditEntry): Uint8Array {
  // What a writer lets through and its own restart refuses would end the log.
  assert(isAuditEntry(entry), 'an entry has the form that readers accept')
  assert(hasOnlyIntegers(entry.body), 'a number in an entry is a safe integer')
  const leaf = encodeUtf8(canonicalText(entry))
  assert(leaf.length <= MAX_LEAF_BYTES, 'a leaf is at most 16 KiB')
  return leaf
}

/** Reads a leaf. Unknown members, missing members and members of another type are refused. */
export function parseEntry(leaf: Uint8Array): AuditEntry | undefined {
  const value = parseJson(leaf)
  return isAuditEntry(value) ? value : undefined
}

/** Whether the leaf spells its entry the one canonical way, so that no two readers differ on it. */
export function isCanonicalLeaf(leaf: Uint8Array, entry: AuditEntry): boolean {
  return decodeUtf8(leaf) === canonicalText(entry)
}

function canonicalText(entry: AuditEntry): string {
  return canonicalJson({ ...entry, actor: { ...entry.actor } })
}

const REQUIRED = ['v', 'type', 'id', 'ts', 'boot', 'mono', 'actor', 'body']
const OPTIONAL = ['job', 'jseq', 'jprev', 'refs']
const TYPES: ReadonlySet<unknown> = new Set(ENTRY_TYPES)
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const DECIMAL = /^(0|[1-9]\d{0,18})$/
const DIGEST = /^[0-9a-f]{64}$/

function isAuditEntry(value: unknown): value is AuditEntry {
  if (!isMembers(value)) return false
  const names = Object.keys(value)
  return (
    REQUIRED.every((name) => names.includes(name)) &&
    names.every((name) => REQUIRED.includes(name) || OPTIONAL.includes(name)) &&
    hasIdentity(value) &&
    hasContent(value) &&
    hasChain(value)
  )
}

function hasIdentity({ v, id, ts, boot, mono }: Members): boolean {
  return (
    v === 1 &&
    isText(id) &&
    isText(ts) &&
    TIMESTAMP.test(ts) &&
    !Number.isNaN(Date.parse(ts)) &&
    isText(boot) &&
    isText(mono) &&
    DECIMAL.test(mono)
  )
}

function hasContent({ type, actor, refs, body }: Members): boolean {
  return (
    TYPES.has(type) &&
    isMembers(actor) &&
    Object.keys(actor).length === 2 &&
    isText(actor['subject']) &&
    isText(actor['organisation']) &&
    isMembers(body) &&
    (refs === undefined || (isMembers(refs) && Object.values(refs).every(isText)))
  )
}

/** An entry of a job has a place in the job's chain; any other entry has none. */
function hasChain({ job, jseq, jprev }: Members): boolean {
  if (job === undefined) return jseq === undefined && jprev === undefined
  if (!isText(job) || !Number.isSafeInteger(jseq)) return false
  return jseq === 0 ? jprev === undefined : isText(jprev) && DIGEST.test(jprev)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed()
}

function hasOnlyIntegers(value: CanonicalValue | undefined): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(hasOnlyIntegers)
}
