/** Statements with statistics of moments, over the demo province. */

import type { GrantName } from '../demo-grants.ts'

type Statement = readonly [grant: GrantName, sql: string]

const OF_ONE = ['var_samp', 'var_pop', 'variance', 'stddev', 'stddev_samp', 'stddev_pop']
const OF_TWO = [
  'covar_samp',
  'covar_pop',
  'corr',
  'regr_slope',
  'regr_intercept',
  'regr_r2',
  'regr_count',
  'regr_avgx',
  'regr_avgy',
  'regr_sxx',
  'regr_syy',
  'regr_sxy',
]

export const MOMENT_STATEMENTS: readonly Statement[] = [
  ...OF_ONE.flatMap((name): readonly Statement[] => [
    ['B', `SELECT med_type, ${name}(total_fee) AS v FROM mi_settle GROUP BY med_type`],
    ['A', `SELECT ${name}(kwh) FILTER (WHERE month >= '2025-01') AS v FROM elec_usage`],
  ]),
  ...OF_TWO.map(
    (name): Statement => [
      'B',
      `SELECT icd10[1] AS chapter, ${name}(fund_pay, total_fee) AS v FROM mi_settle GROUP BY ALL`,
    ],
  ),
  ['A', 'SELECT stddev(kwh) / avg(kwh) AS cv, count(*) AS n FROM elec_usage'],
  [
    'A',
    "SELECT e.scale, corr(u.kwh, u.amount_due) AS r, stddev(CASE WHEN u.month < '2025-01' THEN u.kwh END) AS s FROM elec_usage u JOIN ent_reg e USING (uscc) GROUP BY ALL HAVING count(*) > 5",
  ],
]
