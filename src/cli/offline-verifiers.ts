/** The verifiers of `core/transparency`, as commands use them: policies arrive as the text of a file. */

import { parseReceipt } from '../core/transparency/receipt.ts'
import { parseTrustPolicy } from '../core/transparency/trust-policy.ts'
import { verifyLog } from '../core/transparency/verify-log.ts'
import { verifyReceipt } from '../core/transparency/verify-receipt.ts'
import type { Verifiers } from './world.ts'

export const OFFLINE_VERIFIERS: Verifiers = {
  verifyReceipt,
  verifyLog: async ({ policy: text, ...log }) => {
    const policy = parseTrustPolicy(text)
    return policy && verifyLog({ ...log, policy })
  },
  policyOf: (receipt) => parseReceipt(receipt)?.policy,
}
