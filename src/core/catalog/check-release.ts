/** Can the numbers of a release policy all hold at once? */

import type { ReleasePolicy } from '../../model/release-policy.ts'

export function checkRelease({ name, rules }: ReleasePolicy): readonly string[] {
  const problems = rules.mode === 'dp' ? checkCaps(rules) : checkShares(rules)
  return problems.map((problem) => `release/${name}: ${problem}`)
}

type Rules<M> = Extract<ReleasePolicy['rules'], { readonly mode: M }>

function checkShares({ units }: Rules<'threshold'>): readonly string[] {
  const entries = Object.entries(units)
  return [
    ...(entries.length === 0 ? ['it has rules for no unit'] : []),
    ...entries
      .filter(([, { largestShare, twoLargestShare }]) => twoLargestShare < largestShare)
      .map(([unit]) => `unit "${unit}" allows two contributors less than one`),
  ]
}

function checkCaps({ rhoPerQuery, caps }: Rules<'dp'>): readonly string[] {
  const chain = [
    ['rhoPerQuery', rhoPerQuery],
    ['caps.operator', caps.operator],
    ['caps.agreement', caps.agreement],
    ['caps.dataset', caps.dataset],
  ] as const
  return chain.slice(1).flatMap(([outer, cap], index) => {
    const [inner, rho] = chain[index] ?? chain[0]
    return BigInt(rho) > BigInt(cap) ? [`${inner} is larger than ${outer}`] : []
  })
}
