/** The clock of this machine. */

import type { Clock } from '../pipeline/ports.ts'

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicNs: () => process.hrtime.bigint(),
}
