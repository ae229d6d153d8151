/** What a plan costs and whether its mode can answer it: a function of plan and policy, never of data. */

import { unreachable } from '../../model/assert.ts'
import type { Charge, Plan, ReleaseNode } from '../../model/plan.ts'
import type { PrivacyRules, ReleaseRules, ThresholdRules } from '../../model/release-policy.ts'
import { decline, ok, type Result } from '../../model/result.ts'
import { hasPublicKeys, publicGroupCount } from './group-keys.ts'
import { countAggregates, MAXIMUM_DRAWS } from './noise-plan.ts'

/** Thresholds for private groups are charged in units of 10^-18. */
const ATTO_DIGITS = 18

const NOTHING: Charge = { mode: 'threshold', picoRho: 0n, attoDelta: 0n }

export function price(plan: Plan, rules: ReleaseRules): Result<Charge> {
  for (const node of plan.releaseNodes) {
    const checked = checkNode(node, rules)
    if (!checked.ok) return checked
  }
  // A plan over public tables alone protects nobody and spends nothing.
  if (plan.releaseNodes.length === 0) return ok({ ...NOTHING, mode: rules.mode })
  if (rules.mode === 'threshold') return ok(NOTHING)

  const charge: Charge = {
    mode: 'dp',
    picoRho: BigInt(rules.rhoPerQuery),
    attoDelta:
      BigInt(plan.releaseNodes.filter((node) => !hasPublicKeys(node)).length) *
      10n ** BigInt(ATTO_DIGITS - rules.thresholdDeltaExponent),
  }
  // A measure splits its share, and every part needs at least one unit of rho.
  const isAffordable = splitCharge(plan, charge).every(
    (share, i) => share >= BigInt(MAXIMUM_DRAWS * aggregatesAt(plan, i)),
  )
  return isAffordable
    ? ok(charge)
    : decline('mode-not-supported', {
        en: 'the rho of one query is too small for so many aggregates',
        zh: '单次查询的 rho 不足以支持这么多汇总项',
      })
}

/**
 * The part of a charge that each release node may spend, in their order: in proportion to the
 * numbers it releases, rounded down, so that the parts never exceed the whole.
 */
export function splitCharge(plan: Plan, { picoRho }: Charge): readonly bigint[] {
  const counts = plan.releaseNodes.map((_, i) => aggregatesAt(plan, i))
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => (total === 0 ? 0n : (picoRho * BigInt(count)) / BigInt(total)))
}

function checkNode(node: ReleaseNode, rules: ReleaseRules): Result<undefined> {
  const cells = publicGroupCount(node)
  if (cells !== undefined && cells > BigInt(rules.maximumCells)) {
    return decline('too-many-cells', {
      en: `the grouping spans ${cells} cells; the policy releases at most ${rules.maximumCells} at once`,
      zh: `分组共 ${cells} 个单元格，策略每次最多发布 ${rules.maximumCells} 个`,
    })
  }
  switch (rules.mode) {
    case 'threshold':
      return checkUnits(node, rules)
    case 'dp':
      return checkBounds(node, rules)
    default:
      return unreachable(rules, 'checkNode')
  }
}

function checkUnits(node: ReleaseNode, rules: ThresholdRules): Result<undefined> {
  const missing = node.cellQueries.find(({ unit }) => rules.units[unit] === undefined)
  if (missing !== undefined) {
    return decline('mode-not-supported', {
      en: `the policy has no rules for the privacy unit ${missing.unit}`,
      zh: `策略未规定隐私单元 ${missing.unit} 的规则`,
    })
  }
  return checkUnitCounts(node)
}

function checkBounds(node: ReleaseNode, rules: PrivacyRules): Result<undefined> {
  if (node.cellQueries.length !== 1) {
    return decline('mode-not-supported', {
      en: 'with noise, a query may protect one kind of privacy unit; this one protects several',
      zh: '加噪模式下，一次查询只能保护一种隐私单元',
    })
  }
  const { maximumGroups = 1, maximumRows = 1 } = node.bounds
  const needsGroups = publicGroupCount(node) !== 1n
  const needsRows = node.measures.some(({ kind }) => kind !== 'units')
  const isBounded =
    (!needsGroups || node.bounds.maximumGroups !== undefined) &&
    (!needsRows || node.bounds.maximumRows !== undefined) &&
    maximumGroups <= rules.maximumGroupsPerUnit &&
    maximumRows <= rules.maximumRowsPerGroup
  if (!isBounded) {
    return decline('mode-not-supported', {
      en: 'with noise, every contribution of a privacy unit must be bounded as the policy says',
      zh: '加噪模式下，每个隐私单元的贡献须按策略限定',
    })
  }
  return checkUnitCounts(node)
}

/** Units can be counted only where a cell query counts them. */
function checkUnitCounts(node: ReleaseNode): Result<undefined> {
  for (const measure of node.measures) {
    if (measure.kind !== 'units') continue
    if (node.cellQueries.some(({ unit }) => unit === measure.unit)) continue
    return decline('mode-not-supported', {
      en: `${measure.unit} is not a privacy unit of this query`,
      zh: `${measure.unit} 不是本查询的隐私单元`,
    })
  }
  return ok(undefined)
}

function aggregatesAt(plan: Plan, position: number): number {
  const node = plan.releaseNodes[position]
  return node === undefined ? 0 : countAggregates(node)
}
