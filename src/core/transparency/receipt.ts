/**
 * Receipts: everything about one job that its holder needs to prove later what happened.
 *
 * A receipt holds the signed statement about the released bytes, every entry of the job with its
 * inclusion proof, the checkpoint and the trust policy. It verifies offline, without the service.
 */

import { assert } from '../../model/assert.ts'
import { type CanonicalValue, canonicalJson } from '../../model/canonical-json.ts'
import type { Sha256 } from '../../model/digest.ts'
import type { JobId } from '../../model/job.ts'
import type { Text } from '../../model/text.ts'
import { encodeBase64, encodeUtf8 } from './bytes.ts'
import { isMembers, parseJson } from './json.ts'
import type { NoteSigner } from './signed-note.ts'
import { type Envelope, signStatement } from './statement.ts'
import { formatTlogProof } from './tlog-proof.ts'

const RECEIPT_FORMAT = 'glovebox-receipt/v1'

/** Offline recipes that travel with every receipt. */
const RECIPES: Text = {
  en: [
    'Nothing below needs the service that issued this receipt. Take the trust policy from a source',
    'you trust (the agreement, the regulator), not from this file.',
    '1. glovebox receipt verify receipt.json --trust trusted-policy.txt --result result-file',
    '2. python3 verify_log.py receipt receipt.json --trust trusted-policy.txt --result result-file',
    '   (docs/verify; Python standard library and the openssl command)',
    '3. By hand: SHA-256(0x00 || leaf) is the leaf hash; each "proof" is a c2sp.org/tlog-proof file',
    '   that leads from it to the root in "checkpoint"; the checkpoint is a c2sp.org/signed-note.',
    '   "statement" is a DSSE envelope of an in-toto Statement v1 whose subject digest is the',
    '   SHA-256 of the released bytes.',
  ].join('\n'),
  zh: [
    '以下验证均无需联系出具本回执的服务。信任策略请取自可信来源（协议、监管部门），不要取自本文件。',
    '1. glovebox receipt verify receipt.json --trust trusted-policy.txt --result result-file',
    '2. python3 verify_log.py receipt receipt.json --trust trusted-policy.txt --result result-file',
    '   （docs/verify，仅需 Python 标准库与 openssl 命令）',
    '3. 手工：SHA-256(0x00 || leaf) 为叶哈希；每个 proof 为 c2sp.org/tlog-proof 文件，由叶哈希推得',
    '   checkpoint 中的根哈希；checkpoint 为 c2sp.org/signed-note；statement 为 in-toto Statement v1',
    '   的 DSSE 信封，其 subject 摘要即发布字节的 SHA-256。',
  ].join('\n'),
}

export interface ReceiptEvent {
  readonly index: number
  readonly leaf: Uint8Array
  /** Inclusion proof under the checkpoint, as base64, from the leaf's sibling up. */
  readonly path: readonly string[]
}

export interface ReceiptContent {
  readonly job: JobId
  /** SHA-256 of the released bytes. */
  readonly digest: Sha256
  readonly predicateType: string
  readonly predicate: CanonicalValue
  /** Every entry of the job under the checkpoint, in order. */
  readonly events: readonly ReceiptEvent[]
  readonly checkpoint: string
  readonly policy: string
}

/** A receipt as its document states it: text and base64 only. */
export interface ReceiptDocument {
  readonly job: string
  readonly statement: Envelope
  readonly events: readonly {
    readonly index: number
    readonly leaf: string
    readonly proof: string
  }[]
  readonly checkpoint: string
  readonly policy: string
}

/** Writes the receipt of one job as canonical JSON. */
export function buildReceipt(content: ReceiptContent, signer: NoteSigner): Uint8Array {
  const { job, digest, predicateType, predicate, checkpoint, policy } = content
  const envelope = signStatement({ subject: job, digest, predicateType, predicate }, signer)
  const events = content.events.map(({ index, leaf, path }) => ({
    index,
    leaf: encodeBase64(leaf),
    proof: formatTlogProof({
      index,
      path: path.map((node) => Buffer.from(node, 'base64')),
      checkpoint,
    }),
  }))
  assert(events.length > 0, 'a receipt has at least one event')
  const statement = { ...envelope, signatures: envelope.signatures.map((each) => ({ ...each })) }
  return encodeUtf8(
    canonicalJson({
      format: RECEIPT_FORMAT,
      job,
      statement,
      events,
      checkpoint,
      policy,
      recipes: { ...RECIPES },
    }),
  )
}

/** Reads a receipt without believing any of it. */
export function parseReceipt(bytes: Uint8Array): ReceiptDocument | undefined {
  const value = parseJson(bytes)
  if (!isMembers(value) || value['format'] !== RECEIPT_FORMAT) return undefined
  const { job, statement, events, checkpoint, policy } = value
  if (typeof job !== 'string' || typeof checkpoint !== 'string' || typeof policy !== 'string')
    return undefined
  if (!isEnvelope(statement) || !Array.isArray(events) || !events.every(isEvent)) return undefined
  return { job, statement, events, checkpoint, policy }
}

function isEnvelope(value: unknown): value is Envelope {
  if (!isMembers(value)) return false
  const { payloadType, payload, signatures } = value
  if (typeof payloadType !== 'string' || typeof payload !== 'string') return false
  if (!Array.isArray(signatures)) return false
  return signatures.every(
    (each: unknown) =>
      isMembers(each) &&
      typeof each['sig'] === 'string' &&
      (each['keyid'] === undefined || typeof each['keyid'] === 'string'),
  )
}

function isEvent(value: unknown): value is ReceiptDocument['events'][number] {
  return (
    isMembers(value) &&
    Number.isSafeInteger(value['index']) &&
    typeof value['leaf'] === 'string' &&
    typeof value['proof'] === 'string'
  )
}
