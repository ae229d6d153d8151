/** What level 1 claims: nothing beyond a process of its own, and the gaps that follow from it. */

import { platform, release } from 'node:os'
import type { IsolationReport } from '../model/isolation.ts'
import type { Launcher } from './worker-launch.ts'

/** Said in every receipt, in the words of the level. */
const GAPS = [
  'the kernel does not limit which files, networks or processes a compromised worker reaches',
  'for development and demonstration only',
]

/** Level 1 has no self-test, because there is nothing that it promises to stop. */
export function describeProcessIsolation({ level, mechanism, account }: Launcher): IsolationReport {
  return {
    level,
    mechanism,
    checks: {},
    gaps: GAPS,
    kernel: `${platform()} ${release()}`,
    filterDigest: '',
    separateUid: account !== undefined,
  }
}
