/** Entries of the audit log: what happened, to whom it is attributed, and what it refers to. */

import type { CanonicalValue } from './canonical-json.ts'
import type { Sha256 } from './digest.ts'
import type { JobId } from './job.ts'
import type { PrincipalId } from './principal.ts'

/** The vocabulary. An entry must be durable before the fact it states takes effect. */
export const ENTRY_TYPES = [
  'log.start',
  'log.stop',
  'log.heartbeat',
  'log.recovered',
  'admin.policies',
  'admin.snapshot',
  'admin.epoch',
  'login.refused',
  'job.submitted',
  'authz.decision',
  'job.planned',
  'budget.charged',
  'job.started',
  'job.finished',
  'job.refused',
  'job.failed',
  'job.cancelled',
  'sandbox.tripwire',
  'check.verdict',
  'result.sealed',
  'result.released',
  'result.downloaded',
  'receipt.issued',
  'replay.requested',
  'replay.result',
  'log.read',
] as const
export type EntryType = (typeof ENTRY_TYPES)[number]

export interface Actor {
  readonly subject: PrincipalId | 'system'
  readonly organisation: string
}

/** What the pipeline wants logged. The journal adds identity, time and the job's chain. */
export interface EntryDraft {
  readonly type: EntryType
  readonly actor: Actor
  readonly job?: JobId
  /** Digests of what the entry refers to. Never of unreleased or low-entropy content. */
  readonly refs?: { readonly [name: string]: string }
  readonly body: { readonly [name: string]: CanonicalValue | undefined }
}

/** An entry as its leaf states it. */
export interface AuditEntry extends EntryDraft {
  readonly v: 1
  readonly id: string
  /** RFC 3339 UTC, milliseconds. */
  readonly ts: string
  /** Identity of the writer process, and nanoseconds since it started, as decimal text. */
  readonly boot: string
  readonly mono: string
  /** Position in the job's own chain from 0, and the leaf hash of its previous entry. */
  readonly jseq?: number
  readonly jprev?: Sha256
}

export interface CommittedEntry {
  readonly index: number
  readonly leafHash: Sha256
  /** The exact bytes that were hashed. */
  readonly leaf: Uint8Array
  readonly entry: AuditEntry
}
