/** Statements that go on with released results and public tables, over the demo province. */

import type { GrantName } from '../demo-grants.ts'

type Statement = readonly [grant: GrantName, sql: string]

const BY_SCALE =
  'SELECT scale, count(*) AS n, sum(reg_capital_wan) AS s FROM ent_reg GROUP BY scale'
const BY_STATUS = 'SELECT status, count(*) AS n FROM ent_reg GROUP BY status'

export const RELEASED_STATEMENTS: readonly Statement[] = [
  ['R', 'SELECT region_code, city_code FROM region ORDER BY region_code'],
  ['R', 'SELECT city_code, count(*) AS n, min(lon) AS west FROM region GROUP BY city_code'],
  ['R', "SELECT region_code FROM region WHERE city_code = '390100' AND lon > 115.9"],
  [
    'R',
    'SELECT r.city_code, count(*) AS n FROM ent_reg e JOIN region r USING (region_code) GROUP BY r.city_code',
  ],
  [
    'R',
    'SELECT r.city_code, sum(u.kwh) AS k FROM ent_reg e JOIN region r USING (region_code) JOIN elec_usage u USING (uscc) GROUP BY ALL',
  ],
  [
    'R',
    'WITH e AS (SELECT region_code, count(*) AS n FROM ent_reg GROUP BY region_code) SELECT r.city_code, sum(e.n) AS n FROM region r LEFT JOIN e USING (region_code) GROUP BY r.city_code',
  ],
  [
    'R',
    'SELECT a.region_code, b.region_code AS other FROM region a JOIN region b ON a.city_code = b.city_code AND a.region_code < b.region_code',
  ],
  [
    'R',
    'SELECT region_code FROM region WHERE region_code IN (SELECT region_code FROM ent_reg GROUP BY region_code HAVING count(*) > 5)',
  ],
  [
    'A',
    `WITH a AS (${BY_SCALE}), b AS (${BY_STATUS}) SELECT a.scale, b.status, a.n * b.n AS x FROM a CROSS JOIN b`,
  ],
  ['A', `WITH a AS (${BY_SCALE}) SELECT x.scale, y.scale AS other FROM a x JOIN a y ON x.n < y.n`],
  [
    'A',
    `WITH a AS (${BY_SCALE}), b AS (SELECT scale, avg(kwh) AS k FROM ent_reg JOIN elec_usage USING (uscc) GROUP BY scale) SELECT * FROM a FULL JOIN b USING (scale)`,
  ],
  ['A', `WITH a AS (${BY_SCALE}) SELECT * FROM a NATURAL JOIN (${BY_SCALE}) b`],
  [
    'A',
    `WITH a AS (${BY_SCALE}) SELECT * FROM a SEMI JOIN (SELECT scale FROM a WHERE n > 5) b USING (scale)`,
  ],
  [
    'A',
    `WITH a AS (${BY_SCALE}) SELECT * FROM a ANTI JOIN (SELECT scale FROM a WHERE n > 20) b USING (scale)`,
  ],
  ['A', `WITH a AS (${BY_SCALE}) SELECT scale, n / (SELECT sum(n) FROM a) AS share FROM a`],
  [
    'A',
    `SELECT scale, count(*) / (SELECT count(*) FROM ent_reg) AS share FROM ent_reg GROUP BY scale`,
  ],
  [
    'A',
    `SELECT scale, count(*) AS n FROM ent_reg GROUP BY scale HAVING count(*) > (SELECT count(*) FROM ent_reg) / 10`,
  ],
  ['A', `WITH a AS (${BY_SCALE}) SELECT * FROM a WHERE n >= (SELECT max(n) FROM a)`],
  [
    'A',
    `WITH a AS (${BY_SCALE}) SELECT * FROM a WHERE scale IN (SELECT scale FROM a WHERE n > 10)`,
  ],
  ['A', `WITH a AS (${BY_SCALE}) SELECT * FROM a WHERE EXISTS (SELECT 1 FROM a WHERE n > 10)`],
  [
    'A',
    `WITH a AS (${BY_SCALE}) SELECT CASE WHEN n > 20 THEN 'many' ELSE 'few' END AS size, count(*) AS groups, sum(n) AS n FROM a GROUP BY ALL`,
  ],
  [
    'A',
    `SELECT scale AS name, count(*) AS n FROM ent_reg GROUP BY scale UNION ALL SELECT status, count(*) FROM ent_reg GROUP BY status ORDER BY n DESC, name`,
  ],
  [
    'A',
    `SELECT scale AS name FROM ent_reg GROUP BY scale UNION SELECT scale FROM ent_reg GROUP BY scale`,
  ],
  ['A', `SELECT scale AS name FROM ent_reg GROUP BY scale EXCEPT SELECT '大型'`],
  [
    'A',
    `SELECT scale AS name FROM ent_reg GROUP BY scale INTERSECT SELECT * FROM (VALUES ('大型'), ('小型')) t(x)`,
  ],
  [
    'A',
    `SELECT t.label, count FROM (VALUES ('大型', 'L'), ('小型', 'S')) t(scale, label) JOIN (SELECT scale, count(*) AS count FROM ent_reg GROUP BY 1) USING (scale)`,
  ],
  ['A', `SELECT 1 AS one, 'x' AS two`],
  ['A', `SELECT (SELECT count(*) FROM ent_reg) AS firms, (SELECT sum(kwh) FROM elec_usage) AS kwh`],
  [
    'A',
    `WITH a AS (${BY_SCALE}) SELECT *, rank() OVER (ORDER BY n DESC) AS place, sum(n) OVER () AS total FROM a QUALIFY place <= 2 ORDER BY place LIMIT 2`,
  ],
  [
    'A',
    "SELECT count(*) AS n FROM (SELECT uscc FROM elec_usage WHERE month = '2025-01' UNION ALL SELECT uscc FROM elec_usage WHERE month = '2025-02')",
  ],
  [
    'A',
    "SELECT which, sum(kwh) AS kwh FROM (SELECT 1 AS which, uscc, kwh FROM elec_usage WHERE month < '2025-01' UNION ALL SELECT 2, uscc, kwh FROM elec_usage WHERE month >= '2025-01') GROUP BY ALL",
  ],
  [
    'A',
    'SELECT code, count(DISTINCT uscc) AS firms FROM (SELECT uscc, scale AS code FROM ent_reg UNION ALL SELECT uscc, month FROM elec_usage) GROUP BY code',
  ],
  ...[
    'ROLLUP (scale, status)',
    'CUBE (scale, status)',
    'GROUPING SETS ((scale), (status), ())',
    'scale, ROLLUP (status)',
  ].flatMap((grouping): readonly Statement[] => [
    [
      'A',
      `SELECT scale, status, count(*) AS n, sum(reg_capital_wan) AS s FROM ent_reg GROUP BY ${grouping} ORDER BY ALL`,
    ],
    [
      'A',
      `SELECT scale, status, grouping(scale) AS g, sum(reg_capital_wan) / count(*) AS mean FROM ent_reg GROUP BY ${grouping} HAVING count(*) > 3`,
    ],
    [
      'A',
      `SELECT scale, status, count_if(est_date > DATE '2012-01-01') AS young, sum(CASE WHEN region_code < '390301' THEN reg_capital_wan ELSE 0 END) AS s FROM ent_reg GROUP BY ${grouping}`,
    ],
  ]),
]
