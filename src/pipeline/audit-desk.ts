/** The part of the service that shows the log: hashes to everyone, entries to auditors, and both are logged. */

import { permit } from '../core/access/permissions.ts'
import type { CanonicalValue } from '../model/canonical-json.ts'
import type { Principal } from '../model/principal.ts'
import { decline, ok, type Result } from '../model/result.ts'
import type { SignedJournal } from './journal.ts'
import type { Journal } from './ports.ts'

export class AuditDesk {
  readonly #log: SignedJournal
  readonly #journal: Journal

  constructor(log: SignedJournal, journal: Journal) {
    this.#log = log
    this.#journal = journal
  }

  checkpoint(principal: Principal): Result<string> {
    const permitted = permit(principal, 'log.verify')
    return permitted.ok ? ok(this.#log.checkpoint()) : permitted
  }

  trustPolicy(principal: Principal): Result<string> {
    const permitted = permit(principal, 'log.verify')
    return permitted.ok ? ok(this.#log.trustPolicy()) : permitted
  }

  async auditLeaf(principal: Principal, index: number): Promise<Result<Uint8Array>> {
    const permitted = permit(principal, 'log.read')
    if (!permitted.ok) return permitted
    const leaf = await this.#log.leaf(index)
    if (leaf === undefined) return NOTHING_THERE
    await this.#noteReading(principal, { index })
    return ok(leaf)
  }

  async inclusionProof(
    principal: Principal,
    index: number,
    size: number,
  ): Promise<Result<readonly string[]>> {
    const permitted = permit(principal, 'log.verify')
    if (!permitted.ok) return permitted
    const proof = await this.#log.inclusionProof(index, size)
    return proof === undefined ? NOTHING_THERE : ok(proof)
  }

  async consistencyProof(
    principal: Principal,
    from: number,
    to: number,
  ): Promise<Result<readonly string[]>> {
    const permitted = permit(principal, 'log.verify')
    if (!permitted.ok) return permitted
    const proof = await this.#log.consistencyProof(from, to)
    return proof === undefined ? NOTHING_THERE : ok(proof)
  }

  /** Hash tiles reveal nothing; entry bundles are the log itself. */
  async tile(principal: Principal, path: string): Promise<Result<Uint8Array>> {
    const isBundle = path.startsWith('tile/entries/')
    const permitted = permit(principal, isBundle ? 'log.read' : 'log.verify')
    if (!permitted.ok) return permitted
    const bytes = await this.#log.tile(path)
    if (bytes === undefined) return NOTHING_THERE
    if (isBundle) await this.#noteReading(principal, { path })
    return ok(bytes)
  }

  readiness(): { readonly ready: boolean; readonly reasons: readonly string[] } {
    const reasons = this.#log.inDoubt ? ['log-unavailable'] : []
    return { ready: reasons.length === 0, reasons }
  }

  /** Those who read the log are in it too. */
  async #noteReading(
    principal: Principal,
    body: Readonly<Record<string, CanonicalValue>>,
  ): Promise<void> {
    const actor = { subject: principal.id, organisation: principal.organisation }
    await this.#journal.append({ type: 'log.read', actor, body })
  }
}

const NOTHING_THERE = decline('entry-not-found', {
  en: 'Nothing is published under this number or path.',
  zh: '该序号或路径没有已发布的内容。',
})
