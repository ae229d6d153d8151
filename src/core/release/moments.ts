/** Statistics of one or two variables from their sums, exact until they are rounded once. */

import { unreachable } from '../../model/assert.ts'
import type { MomentStatistic } from '../../model/plan.ts'
import type { TextValue } from '../../model/table.ts'
import { absolute, ratioText, rootText } from './decimal.ts'

/** Sums over rows. Of two variables, the first is the dependent one (`y` of `regr_*`). */
export interface MomentSums {
  readonly rows: bigint
  readonly first: bigint
  readonly firstSquares: bigint
  readonly second: bigint
  readonly secondSquares: bigint
  readonly products: bigint
}

/** What one lattice integer of each variable is worth, over a common denominator. */
export interface MomentScale {
  readonly first: bigint
  readonly second: bigint
  readonly denominator: bigint
}

interface Value {
  readonly numerator: bigint
  readonly denominator: bigint
  /** The value is the square root of the ratio, with the ratio's sign. */
  readonly isRoot?: true
}

/** Estimated parameters, which take as many degrees of freedom (R9). */
export function parametersOf(statistic: MomentStatistic): bigint {
  switch (statistic) {
    case 'var_samp':
    case 'var_pop':
    case 'stddev_samp':
    case 'stddev_pop':
    case 'covar_samp':
    case 'covar_pop':
      return 1n
    case 'corr':
    case 'regr_slope':
    case 'regr_intercept':
    case 'regr_r2':
      return 2n
    default:
      return unreachable(statistic, 'parametersOf')
  }
}

/** As the engine's function of that name defines it; NULL where that is not a number. */
export function momentText(
  statistic: MomentStatistic,
  sums: MomentSums,
  scale: MomentScale,
  digits: number,
): TextValue {
  const { numerator, denominator, isRoot } = momentValue(statistic, sums, scale)
  if (denominator <= 0n) return null
  return isRoot === undefined
    ? ratioText(numerator, denominator, digits)
    : rootText(numerator, denominator, digits)
}

function momentValue(
  statistic: MomentStatistic,
  sums: MomentSums,
  { first, second, denominator }: MomentScale,
): Value {
  const { rows } = sums
  const spread = rows * sums.firstSquares - sums.first ** 2n
  const secondSpread = rows * sums.secondSquares - sums.second ** 2n
  const joint = rows * sums.products - sums.first * sums.second
  switch (statistic) {
    case 'var_samp':
      return {
        numerator: spread * first ** 2n,
        denominator: rows * (rows - 1n) * denominator ** 2n,
      }
    case 'var_pop':
      return { numerator: spread * first ** 2n, denominator: (rows * denominator) ** 2n }
    case 'stddev_samp':
      return {
        numerator: spread * first ** 2n,
        denominator: rows * (rows - 1n) * denominator ** 2n,
        isRoot: true,
      }
    case 'stddev_pop':
      return {
        numerator: spread * first ** 2n,
        denominator: (rows * denominator) ** 2n,
        isRoot: true,
      }
    case 'covar_samp':
      return {
        numerator: joint * first * second,
        denominator: rows * (rows - 1n) * denominator ** 2n,
      }
    case 'covar_pop':
      return { numerator: joint * first * second, denominator: (rows * denominator) ** 2n }
    case 'corr': {
      const limit = spread * secondSpread
      return { numerator: held(joint * absolute(joint), limit), denominator: limit, isRoot: true }
    }
    case 'regr_slope':
      return { numerator: joint * first, denominator: secondSpread * second }
    case 'regr_intercept':
      return {
        numerator: (sums.first * secondSpread - joint * sums.second) * first,
        denominator: rows * secondSpread * denominator,
      }
    case 'regr_r2': {
      if (spread === 0n && secondSpread > 0n) return { numerator: 1n, denominator: 1n }
      const limit = spread * secondSpread
      return { numerator: held(joint * joint, limit), denominator: limit }
    }
    default:
      return unreachable(statistic, 'momentValue')
  }
}

/** Only noise can take a correlation beyond 1; it is held there. */
function held(value: bigint, limit: bigint): bigint {
  if (value > limit) return limit
  return value < -limit ? -limit : value
}
