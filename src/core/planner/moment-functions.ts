/** Aggregates that are computed from moments: counts, sums, sums of squares and of products. */

import type { MomentStatistic } from '../../model/plan.ts'

/** The engine's names of statistics of one variable. */
export const OF_ONE: Readonly<Record<string, MomentStatistic>> = {
  var_samp: 'var_samp',
  variance: 'var_samp',
  var_pop: 'var_pop',
  stddev_samp: 'stddev_samp',
  stddev: 'stddev_samp',
  stddev_pop: 'stddev_pop',
}

/** The same for two variables. */
export const OF_TWO: Readonly<Record<string, MomentStatistic>> = {
  covar_samp: 'covar_samp',
  covar_pop: 'covar_pop',
  corr: 'corr',
  regr_slope: 'regr_slope',
  regr_intercept: 'regr_intercept',
  regr_r2: 'regr_r2',
}

/** Parts of a regression that are plain counts, means and sums over the rows with both values. */
const OF_PAIRS = ['regr_count', 'regr_avgx', 'regr_avgy', 'regr_sxx', 'regr_syy', 'regr_sxy']

export const MOMENT_FUNCTIONS: readonly string[] = [
  ...Object.keys(OF_ONE),
  ...Object.keys(OF_TWO),
  ...OF_PAIRS,
]

export function isMoment(name: string): boolean {
  return MOMENT_FUNCTIONS.includes(name)
}
