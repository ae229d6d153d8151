/** Charges in the log's canonical form and back. */

import { assert } from '../../model/assert.ts'
import type { CanonicalValue } from '../../model/canonical-json.ts'
import type { JobId } from '../../model/job.ts'
import type { ChargeRecord } from './ledger.ts'
import type { ScopeKey } from './scopes.ts'

const WHOLE_NUMBER = /^(?:0|[1-9]\d{0,38})$/
const SCOPE_KEY = /^(?:operator|agreement|dataset):./

/** The record without its job, which the log entry names itself. */
export function toCanonical(record: ChargeRecord): Readonly<Record<string, CanonicalValue>> {
  return {
    mode: record.mode,
    picoRho: record.picoRho.toString(),
    attoDelta: record.attoDelta.toString(),
    scopes: record.scopes,
  }
}

/**
 * @throws {InvariantViolation} Anything that `toCanonical` does not write: the log is damaged, and a budget that
 *   cannot be read must not be taken for unspent.
 */
export function fromCanonical(
  job: JobId,
  body: Readonly<Record<string, CanonicalValue | undefined>>,
): ChargeRecord {
  const { mode, scopes } = body
  assert(mode === 'dp' || mode === 'threshold', 'a logged charge names its mode')
  assert(Array.isArray(scopes), 'a logged charge lists its scopes')
  return {
    job,
    mode,
    picoRho: readInteger(body['picoRho']),
    attoDelta: readInteger(body['attoDelta']),
    scopes: scopes.map(readScope),
  }
}

function readInteger(value: CanonicalValue | undefined): bigint {
  assert(
    typeof value === 'string' && WHOLE_NUMBER.test(value),
    'a logged charge counts in whole numbers',
  )
  return BigInt(value)
}

function readScope(value: unknown): ScopeKey {
  assert(isScopeKey(value), 'a logged charge names its scopes')
  return value
}

function isScopeKey(value: unknown): value is ScopeKey {
  return typeof value === 'string' && SCOPE_KEY.test(value)
}
