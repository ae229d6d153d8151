/**
 * Trust policies: which logs count, and how many witnesses must have seen a checkpoint.
 *
 * @see https://c2sp.org/tlog-policy
 */

import type { Text } from '../../model/text.ts'
import { encodeBase64, hasControlCharacter, parseDecimal } from './bytes.ts'
import { type Checkpoint, parseCheckpointText } from './checkpoint.ts'
import {
  checkSignature,
  formatVerifierKey,
  type Note,
  parseNote,
  parseVerifierKey,
  type SignatureType,
  type VerifierKey,
} from './signed-note.ts'

/** Met by one witness's cosignature, or by enough members of a group. */
export type Quorum =
  | { readonly witness: VerifierKey }
  | { readonly threshold: number; readonly members: readonly Quorum[] }

export interface TrustPolicy {
  readonly logs: readonly VerifierKey[]
  /** Absent when the log's signature alone is enough. */
  readonly quorum?: Quorum
}

export type CheckpointVerdict =
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  | { readonly ok: false; readonly detail: Text }

/** The policy of whoever trusts one log and asks for no witness. */
export function formatSingleLogPolicy(log: VerifierKey): string {
  return `log ${formatVerifierKey(log)}\nquorum none\n`
}

/** Parses a policy file; undefined when any line breaks the format. */
export function parseTrustPolicy(text: string): TrustPolicy | undefined {
  if (hasControlCharacter(text, '\t')) return undefined
  const reader = new PolicyReader()
  const lines = text.split('\n').map((line) => line.split(/[ \t]+/).filter((word) => word !== ''))
  const accepted = lines.every(
    (words) => words.length === 0 || words[0]?.startsWith('#') || reader.accept(words),
  )
  return accepted ? reader.policy() : undefined
}

/** Verifies a checkpoint note: signed by a trusted log of that origin, and seen by the quorum. */
export function checkCheckpoint(note: string, policy: TrustPolicy): CheckpointVerdict {
  const parsed = parseNote(note)
  const checkpoint = parsed && parseCheckpointText(parsed.text)
  if (parsed === undefined || checkpoint === undefined) return rejected(MALFORMED)
  const keys = policy.logs.filter((log) => log.name === checkpoint.origin)
  if (keys.length === 0) return rejected(FOREIGN_ORIGIN)
  const answers = keys.map((key) => checkSignature(parsed, key))
  if (answers.includes('invalid')) return rejected(BAD_SIGNATURE)
  if (!answers.includes('valid')) return rejected(NO_SIGNATURE)
  if (policy.quorum !== undefined && !isMet(policy.quorum, parsed)) return rejected(NO_QUORUM)
  return { ok: true, checkpoint }
}

function isMet(quorum: Quorum, note: Note): boolean {
  if ('witness' in quorum) return checkSignature(note, quorum.witness) === 'valid'
  return quorum.members.filter((member) => isMet(member, note)).length >= quorum.threshold
}

function rejected(detail: Text): CheckpointVerdict {
  return { ok: false, detail }
}

const MALFORMED = { en: 'the checkpoint is malformed', zh: '检查点格式错误' }
const FOREIGN_ORIGIN = { en: 'no trusted log has this origin', zh: '来源不是受信任的日志' }
const BAD_SIGNATURE = { en: "the log's signature is wrong", zh: '日志签名无效' }
const NO_SIGNATURE = { en: 'no trusted log signed this', zh: '没有受信任日志的签名' }
const NO_QUORUM = { en: 'too few witnesses signed this', zh: '见证方签名不足' }

/** Reads line by line, because a group may name only what stands above it. */
class PolicyReader {
  readonly #logs = new Map<string, VerifierKey>()
  readonly #witnesses = new Set<string>()
  readonly #named = new Map<string, Quorum>()
  readonly #members = new Set<string>()
  #quorum: Quorum | 'none' | undefined

  accept([keyword, ...words]: readonly string[]): boolean {
    if (keyword === 'log') return this.#addLog(words)
    if (keyword === 'witness') return this.#addWitness(words)
    if (keyword === 'group') return this.#addGroup(words)
    return keyword === 'quorum' && this.#setQuorum(words)
  }

  policy(): TrustPolicy | undefined {
    if (this.#quorum === undefined) return undefined
    const logs = [...this.#logs.values()]
    return this.#quorum === 'none' ? { logs } : { logs, quorum: this.#quorum }
  }

  #addLog(words: readonly string[]): boolean {
    const key = parseKey(words[0], 1)
    if (key === undefined || words.length > 2) return false
    const identity = encodeBase64(key.publicKey)
    if (this.#logs.has(identity)) return false
    this.#logs.set(identity, key)
    return true
  }

  #addWitness([name, vkey, ...rest]: readonly string[]): boolean {
    const key = parseKey(vkey, 4)
    if (key === undefined || rest.length > 1) return false
    const identity = encodeBase64(key.publicKey)
    if (this.#witnesses.has(identity)) return false
    this.#witnesses.add(identity)
    return this.#define(name, { witness: key })
  }

  #addGroup([name, count = '', ...names]: readonly string[]): boolean {
    const members = names.map((member) => this.#named.get(member))
    if (!members.every((member) => member !== undefined)) return false
    if (new Set(names).size < names.length) return false
    if (names.some((member) => this.#members.has(member))) return false
    const threshold = parseThreshold(count, names.length)
    if (threshold < 1 || threshold > names.length) return false
    for (const member of names) this.#members.add(member)
    return this.#define(name, { threshold, members })
  }

  #setQuorum([name = '', ...rest]: readonly string[]): boolean {
    if (this.#quorum !== undefined || rest.length > 0) return false
    this.#quorum = name === 'none' ? 'none' : this.#named.get(name)
    return this.#quorum !== undefined
  }

  #define(name: string | undefined, quorum: Quorum): boolean {
    if (name === undefined || name === 'none' || this.#named.has(name)) return false
    this.#named.set(name, quorum)
    return true
  }
}

function parseKey(vkey: string | undefined, type: SignatureType): VerifierKey | undefined {
  const key = parseVerifierKey(vkey ?? '')
  return key?.type === type ? key : undefined
}

function parseThreshold(text: string, members: number): number {
  if (text === 'any') return 1
  return text === 'all' ? members : (parseDecimal(text) ?? 0)
}
