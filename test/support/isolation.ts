/** A report for tests that are not about isolation. */

import type { IsolationReport } from '../../src/model/isolation.ts'

export const LEVEL_1: IsolationReport = {
  level: 1,
  mechanism: 'process',
  checks: {},
  gaps: [],
  kernel: 'test',
  filterDigest: '',
  separateUid: false,
}
