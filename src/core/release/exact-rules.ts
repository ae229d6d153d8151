/** The rules for one protected unit as whole numbers of the kind that cells hold. */

import type { UnitRules } from '../../model/release-policy.ts'

export type ExactRules = { readonly [Rule in keyof UnitRules]: bigint }

export function exactRules(rules: UnitRules): ExactRules {
  return {
    minimumUnits: BigInt(rules.minimumUnits),
    largestShare: BigInt(rules.largestShare),
    twoLargestShare: BigInt(rules.twoLargestShare),
    remainderShare: BigInt(rules.remainderShare),
    minorityUnits: BigInt(rules.minorityUnits),
    largestClass: BigInt(rules.largestClass),
  }
}
