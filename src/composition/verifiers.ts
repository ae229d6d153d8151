/** Offline verification as the command line uses it. */

import type { Verifiers } from '../cli/world.ts'
import { parseTrustPolicy } from '../core/transparency/trust-policy.ts'
import { verifyLog } from '../core/transparency/verify-log.ts'
import { verifyReceipt } from '../core/transparency/verify-receipt.ts'

export const verifiers: Verifiers = {
  verifyReceipt,
  verifyLog: async ({ policy, ...log }) => {
    const trusted = parseTrustPolicy(policy)
    return trusted === undefined ? undefined : verifyLog({ ...log, policy: trusted })
  },
}
