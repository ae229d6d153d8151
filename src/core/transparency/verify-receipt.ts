/** Verifies a receipt offline: each check has a name, a verdict and a reason in two languages. */

import type { AuditEntry } from '../../model/audit-entry.ts'
import type { Sha256 } from '../../model/digest.ts'
import type { Text } from '../../model/text.ts'
import { decodeBase64, toDigest } from './bytes.ts'
import type { Checkpoint } from './checkpoint.ts'
import { isCanonicalLeaf, parseEntry } from './entry.ts'
import { JobChains } from './entry-order.ts'
import { verifyInclusion } from './merkle-proofs.ts'
import { leafHash, sha256 } from './merkle-tree.ts'
import { parseReceipt, type ReceiptDocument } from './receipt.ts'
import { RECEIPT_TEXTS } from './receipt-texts.ts'
import { openStatement, type Statement } from './statement.ts'
import { parseTlogProof } from './tlog-proof.ts'
import { checkCheckpoint, parseTrustPolicy, type TrustPolicy } from './trust-policy.ts'

export type ReceiptCheckName =
  | 'format'
  | 'policy'
  | 'checkpoint'
  | 'statement'
  | 'inclusion'
  | 'job'
  | 'chain'
  | 'release'
  | 'result'

export interface ReceiptCheck {
  readonly name: ReceiptCheckName
  readonly pass: boolean
  readonly detail: Text
}

export interface ReceiptTrust {
  /**
   * Policy text, or the key line of one log, from a source the verifier trusts. Without either the
   * receipt's own policy is used, and the report says so.
   */
  readonly policy?: string
  readonly vkey?: string
  /** The job the verifier expects the receipt to be about. */
  readonly job?: string
  /** The released bytes the verifier holds. */
  readonly result?: Uint8Array
}

export interface ReceiptReport {
  readonly ok: boolean
  readonly checks: readonly ReceiptCheck[]
  /** What a valid receipt states; absent when the statement did not verify. */
  readonly statement?: Statement
}

interface LoggedEvent {
  readonly index: number
  readonly hash: Sha256
  readonly entry: AuditEntry
}

/** Runs every check that the receipt's form allows; the receipt is good when all of them pass. */
export function verifyReceipt(bytes: Uint8Array, trust: ReceiptTrust = {}): ReceiptReport {
  const receipt = parseReceipt(bytes)
  const checks = [check('format', receipt !== undefined)]
  if (receipt === undefined) return { ok: false, checks }

  const trusted = trustedPolicy(trust)
  const policy = parseTrustPolicy(trusted ?? receipt.policy)
  checks.push(checkPolicy(policy, trusted))
  const verdict = policy && checkCheckpoint(receipt.checkpoint, policy)
  checks.push(
    verdict?.ok === false
      ? { name: 'checkpoint', pass: false, detail: verdict.detail }
      : check('checkpoint', verdict !== undefined),
  )
  const checkpoint = verdict?.ok ? verdict.checkpoint : undefined
  const keys = policy?.logs.filter(({ name }) => name === checkpoint?.origin) ?? []
  const statement = openStatement(receipt.statement, keys)
  checks.push(check('statement', statement !== undefined))
  const events = readEvents(receipt, checkpoint)
  checks.push(check('inclusion', events !== undefined))
  checks.push(check('job', isAboutOneJob({ receipt, statement, events, trust })))
  checks.push(check('chain', events !== undefined && isWholeChain(events)))
  checks.push(check('release', isReleaseLogged(events ?? [], statement)))
  if (trust.result !== undefined)
    checks.push(check('result', toDigest(sha256(trust.result)) === statement?.digest))

  const report = { ok: checks.every(({ pass }) => pass), checks }
  return statement === undefined ? report : { ...report, statement }
}

function trustedPolicy({ policy, vkey }: ReceiptTrust): string | undefined {
  return policy ?? (vkey === undefined ? undefined : `log ${vkey}\nquorum none\n`)
}

function checkPolicy(policy: TrustPolicy | undefined, trusted: string | undefined): ReceiptCheck {
  if (policy === undefined) return check('policy', false)
  const detail = trusted === undefined ? RECEIPT_TEXTS.policy.embedded : RECEIPT_TEXTS.policy.pass
  return { name: 'policy', pass: true, detail }
}

/** The events, when each is an entry that its proof places under the receipt's checkpoint. */
function readEvents(
  receipt: ReceiptDocument,
  checkpoint: Checkpoint | undefined,
): readonly LoggedEvent[] | undefined {
  if (checkpoint === undefined || receipt.events.length === 0) return undefined
  const events = receipt.events.map(({ index, leaf: encoded, proof: text }) => {
    const leaf = decodeBase64(encoded)
    const proof = parseTlogProof(text)
    const entry = leaf && parseEntry(leaf)
    if (leaf === undefined || proof === undefined || entry === undefined) return undefined
    if (proof.index !== index || proof.checkpoint !== receipt.checkpoint) return undefined
    if (!isCanonicalLeaf(leaf, entry)) return undefined
    const hash = leafHash(leaf)
    if (!verifyInclusion(hash, index, proof.path, checkpoint)) return undefined
    return { index, hash: toDigest(hash), entry }
  })
  return events.every((event) => event !== undefined) ? events : undefined
}

interface Claims {
  readonly receipt: ReceiptDocument
  readonly statement: Statement | undefined
  readonly events: readonly LoggedEvent[] | undefined
  readonly trust: ReceiptTrust
}

function isAboutOneJob({ receipt, statement, events = [], trust }: Claims): boolean {
  return (
    receipt.job === (trust.job ?? receipt.job) &&
    receipt.job === statement?.subject &&
    events.length > 0 &&
    events.every(({ entry }) => entry.job === receipt.job)
  )
}

/** Gapless from the job's first entry, each naming the hash of the one before it. */
function isWholeChain(events: readonly LoggedEvent[]): boolean {
  const chains = new JobChains()
  let last = -1
  return events.every(({ index, hash, entry }) => {
    if (index <= last || chains.faultOf(entry) !== undefined) return false
    last = index
    chains.follow(entry, index, hash)
    return true
  })
}

/** The log itself must name the released digest, so a statement cannot be about other bytes. */
function isReleaseLogged(
  events: readonly LoggedEvent[],
  statement: Statement | undefined,
): boolean {
  const digest = statement?.digest
  return events.some(
    ({ entry }) =>
      entry.type === 'result.released' &&
      Object.values(entry.refs ?? {}).some((ref) => ref === digest || ref === `sha256:${digest}`),
  )
}

function check(name: ReceiptCheckName, pass: boolean): ReceiptCheck {
  const texts = RECEIPT_TEXTS[name]
  return { name, pass, detail: pass ? texts.pass : texts.fail }
}
