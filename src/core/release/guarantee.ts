/** What a release promises and what it does not, in the words of the receipt. */

import { unreachable } from '../../model/assert.ts'
import type { Charge } from '../../model/plan.ts'
import type { ReleaseRules, ThresholdRules } from '../../model/release-policy.ts'
import type { Text } from '../../model/text.ts'
import { epsilonOf, membershipAdvantage } from '../privacy/accounting.ts'

/** delta at which epsilon is stated. */
const STATED_DELTA = 1e-6

export function describeGuarantee(rules: ReleaseRules, charge: Charge): Text {
  switch (rules.mode) {
    case 'threshold':
      return describeThreshold(rules)
    case 'dp':
      return describeNoise(charge)
    default:
      return unreachable(rules, 'describeGuarantee')
  }
}

function describeThreshold(rules: ThresholdRules): Text {
  const units = Object.entries(rules.units)
  const en = units.map(([unit, { minimumUnits }]) => `${minimumUnits} units of ${unit}`).join(', ')
  const zh = units.map(([unit, { minimumUnits }]) => `${minimumUnits} 个 ${unit}`).join('、')
  const { countBase, significantDigits } = rules
  return {
    en:
      `Heuristic: every cell rests on at least ${en}; totals that one or two units dominate, or that are all but ` +
      `unanimous, are withheld; what a condition leaves of a cell is judged like the cell; counts are rounded to multiples of ${countBase}, sums and means to ` +
      `${significantDigits} significant digits. No formal guarantee: somebody who knows all but one unit of a ` +
      'cell, or who combines many releases over the same units, may learn more.',
    zh:
      `启发式保护：每个单元格至少包含 ${zh}；由一两个单元主导或几乎一致的合计不予发布；条件之外的余量与单元格同等审查；` +
      `计数取 ${countBase} 的整数倍，合计与均值保留 ${significantDigits} 位有效数字。不提供形式化保证：` +
      '知悉单元格内其余全部成员，或对同一群体组合大量结果者，可能推知更多信息。',
  }
}

function describeNoise({ picoRho, attoDelta }: Charge): Text {
  const rho = Number(picoRho) / 1e12
  const epsilon = epsilonOf(picoRho, STATED_DELTA).toPrecision(3)
  const delta = (STATED_DELTA + Number(attoDelta) / 1e18).toExponential()
  const advantage = (100 * membershipAdvantage(picoRho)).toPrecision(2)
  return {
    en:
      `Differential privacy per privacy unit: this answer spends rho = ${rho} (zCDP), which implies ` +
      `(epsilon = ${epsilon}, delta = ${delta}). Whether one unit is in the data can be guessed from it with an ` +
      `advantage of about ${advantage} % at best. The guarantee is computational (HMAC-SHA256) and adds up ` +
      'over answers; budgets limit the sum.',
    zh:
      `差分隐私（按隐私单元）：本次消耗 rho = ${rho}（zCDP），即 (epsilon = ${epsilon}, delta = ${delta})。` +
      `据此判断某一单元是否在数据中，优势至多约 ${advantage} %。` +
      '该保证为计算意义（HMAC-SHA256），随多次查询累加，由预算限制总量。',
  }
}
