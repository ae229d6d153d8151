/** How well a worker process is sealed, as proven by a self-test; it is written into every receipt. */

import { z } from 'zod'

/** 0 in-process (tests), 1 own process, 2 Landlock and seccomp, 3 namespaces, 4 guest kernel. */
export const IsolationReport = z.strictObject({
  level: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  mechanism: z.enum(['none', 'process', 'landlock', 'unshare+landlock', 'bwrap', 'wrapper']),
  /** What a canary worker tried at this level: `pass` means the attempt was stopped. */
  checks: z.record(z.string(), z.enum(['pass', 'fail', 'gap'])),
  /** What this level does not stop, in words. */
  gaps: z.array(z.string()),
  kernel: z.string(),
  /** Digest of the system-call filter, or an empty string where there is none. */
  filterDigest: z.string(),
  separateUid: z.boolean(),
})
export type IsolationReport = Readonly<z.infer<typeof IsolationReport>>
