/** Statements that group by the privacy unit first, over the demo province. */

import type { GrantName } from '../demo-grants.ts'

type Statement = readonly [grant: GrantName, sql: string]

const VALUES = [
  'count(*)',
  'count(DISTINCT month)',
  'count_if(paid_late_days > 0)',
  'sum(kwh)',
  'avg(kwh)',
  'min(kwh)',
  'max(kwh)',
  'median(kwh)',
  'stddev(kwh)',
  'stddev_pop(kwh)',
  'var_samp(paid_late_days)',
  "sum(kwh) FILTER (WHERE month >= '2025-01')",
  'sum(CASE WHEN paid_late_days > 30 THEN 1 ELSE 0 END)',
  'avg(CASE WHEN paid_late_days > 30 THEN 1.0 ELSE 0 END)',
  'sum(kwh) / count(*)',
  'stddev(kwh) / nullif(avg(kwh), 0)',
  'corr(kwh, amount_due)',
  'max(kwh) - min(kwh)',
]

const COHORTS = [
  'SELECT uscc FROM elec_usage WHERE paid_late_days > 40',
  "SELECT uscc FROM ent_reg WHERE scale = '微型' AND status = '存续'",
  'SELECT uscc FROM elec_usage GROUP BY uscc HAVING sum(paid_late_days) > 60',
  'SELECT DISTINCT uscc FROM elec_usage JOIN ent_reg USING (uscc) WHERE kwh > 20000',
]

export const UNIT_STATEMENTS: readonly Statement[] = [
  ...VALUES.map(
    (value): Statement => [
      'A',
      `WITH f AS (SELECT uscc, ${value} AS v FROM elec_usage GROUP BY uscc)
     SELECT CASE WHEN v < 1 THEN 'a' WHEN v < 10 THEN 'b' WHEN v < 5000 THEN 'c' ELSE 'd' END AS band,
       count(*) AS n, count(DISTINCT uscc) AS u FROM f GROUP BY band ORDER BY band`,
    ],
  ),
  ['A', 'SELECT avg(v), min(n) FROM (SELECT count(*) AS n, 1 AS v FROM ent_reg)'],
  [
    'A',
    'SELECT e.scale, sum(least(y.total, 50000000)) AS s FROM (SELECT uscc, sum(kwh) AS total FROM elec_usage GROUP BY ALL) y JOIN ent_reg e USING (uscc) GROUP BY ALL',
  ],
  [
    'A',
    'SELECT scale, avg(peak) AS a FROM ent_reg JOIN (SELECT uscc, max(kwh) AS peak FROM elec_usage GROUP BY 1) USING (uscc) GROUP BY 1',
  ],
  [
    'A',
    'SELECT count(*) AS n FROM (SELECT uscc, month, sum(kwh) AS k FROM elec_usage GROUP BY uscc, month HAVING sum(kwh) > 2000)',
  ],
  [
    'A',
    'SELECT n, count(*) AS firms FROM (SELECT uscc, count(*) AS n FROM elec_usage WHERE paid_late_days > 0 GROUP BY uscc) GROUP BY n ORDER BY n',
  ],
  [
    'A',
    'SELECT quarters, count(*) AS firms FROM (SELECT uscc, count(DISTINCT substr(month, 1, 4)) AS quarters FROM elec_usage GROUP BY uscc) GROUP BY ALL',
  ],
  ['A', 'SELECT count(*) AS n FROM (SELECT DISTINCT uscc, month FROM elec_usage)'],
  [
    'D',
    'WITH p AS (SELECT id_no, uscc, count(*) AS months, avg(base_amount) AS base FROM si_contrib GROUP BY ALL) SELECT e.scale, count(*) AS n, avg(p.base) AS b FROM p JOIN ent_reg e USING (uscc) WHERE p.months >= 6 GROUP BY e.scale',
  ],
  [
    'B',
    "WITH c AS (SELECT id_no, count(*) AS n, bool_or(med_type = '住院') AS stayed FROM mi_settle GROUP BY id_no) SELECT p.sex, stayed, count(*) AS persons FROM c JOIN person_base p USING (id_no) WHERE n >= 2 AND stayed GROUP BY ALL",
  ],
  [
    'B',
    'SELECT c.n, p.sex, count(*) AS persons FROM person_base p LEFT JOIN (SELECT id_no, count(*) AS n FROM mi_settle GROUP BY id_no) c USING (id_no) GROUP BY ALL',
  ],
  [
    'A',
    "WITH a AS (SELECT uscc, sum(kwh) AS k FROM elec_usage WHERE month < '2025-01' GROUP BY uscc), b AS (SELECT uscc, sum(kwh) AS k FROM elec_usage WHERE month >= '2025-07' GROUP BY uscc) SELECT CASE WHEN b.k > a.k THEN 'up' ELSE 'down' END AS trend, count(*) AS n FROM a JOIN b ON a.uscc = b.uscc GROUP BY trend",
  ],
  [
    'A',
    'SELECT bucket, round(avg(least(greatest(cv, 0), 5)), 3) AS cv, avg(late) AS late FROM (SELECT uscc, CASE WHEN sum(kwh) < 50000 THEN 1 WHEN sum(kwh) < 500000 THEN 2 ELSE 3 END AS bucket, stddev(kwh) / avg(kwh) AS cv, max(paid_late_days) AS late FROM elec_usage GROUP BY uscc) GROUP BY bucket',
  ],
  ...COHORTS.flatMap((cohort): readonly Statement[] => [
    ['A', `SELECT scale, count(*) AS n FROM ent_reg WHERE uscc IN (${cohort}) GROUP BY scale`],
    [
      'A',
      `SELECT month, sum(kwh) AS k, count(DISTINCT uscc) AS n FROM elec_usage WHERE uscc NOT IN (${cohort}) AND kwh > 900 GROUP BY month`,
    ],
  ]),
]
