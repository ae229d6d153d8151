/** Names a policy by its content, as receipts and the log do. */

import { createHash } from 'node:crypto'
import { type CanonicalValue, canonicalJson } from '../../model/canonical-json.ts'
import { Sha256 } from '../../model/digest.ts'

/** SHA-256 over the canonical JSON of a parsed policy; comments and layout do not count. */
export function policyDigest(policy: CanonicalValue): Sha256 {
  return Sha256.parse(createHash('sha256').update(canonicalJson(policy), 'utf8').digest('hex'))
}
