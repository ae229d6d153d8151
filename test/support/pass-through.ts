/** Rules that no policy file can state: everything leaves, exact. For comparing plans with plain SQL. */

import type { ThresholdRules } from '../../src/model/release-policy.ts'

export function passThroughRules(...units: readonly string[]): ThresholdRules {
  const off = {
    minimumUnits: 0,
    largestShare: 1000,
    twoLargestShare: 1000,
    remainderShare: 0,
    minorityUnits: 0,
    largestClass: 1000,
  }
  return {
    mode: 'threshold',
    units: Object.fromEntries(units.map((unit) => [unit, off])),
    countBase: 1,
    significantDigits: 38,
    maximumCells: 1_000_000,
  }
}
