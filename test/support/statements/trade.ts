/** Statements in the manner of TPC-H, and generated ones, over the trade data set. */

import * as fc from 'fast-check'

const FROM_LINES = 'lineitem JOIN orders ON l_orderkey = o_orderkey AND l_custkey = o_custkey'
const FROM_ALL = `${FROM_LINES} JOIN customer ON o_custkey = c_custkey AND l_custkey = c_custkey`

const WRITTEN: readonly string[] = [
  `SELECT l_returnflag, l_linestatus, sum(l_quantity) AS sum_qty, sum(l_extendedprice) AS sum_base, avg(l_quantity) AS avg_qty, avg(l_extendedprice) AS avg_price, avg(l_discount) AS avg_disc, count(*) AS count_order
   FROM lineitem WHERE l_shipdate <= DATE '1997-06-01' GROUP BY l_returnflag, l_linestatus ORDER BY l_returnflag, l_linestatus`,
  `SELECT o_orderdate, sum(l_extendedprice) AS revenue FROM ${FROM_ALL} WHERE c_mktsegment = 'BUILDING' AND o_orderdate < DATE '1996-03-15' AND l_shipdate > DATE '1996-03-15' GROUP BY o_orderdate ORDER BY revenue DESC, o_orderdate LIMIT 10`,
  `SELECT o_orderpriority, count(*) AS order_count FROM orders WHERE o_orderdate >= DATE '1995-07-01' AND o_custkey IN (SELECT l_custkey FROM lineitem WHERE l_shipmode = 'MAIL') GROUP BY o_orderpriority ORDER BY o_orderpriority`,
  `SELECT n_name, sum(l_extendedprice) AS revenue FROM ${FROM_ALL} JOIN nation ON c_nationkey = n_nationkey WHERE n_region = 'ASIA' GROUP BY n_name ORDER BY revenue DESC`,
  `SELECT sum(l_extendedprice) AS revenue FROM lineitem WHERE l_shipdate >= DATE '1995-01-01' AND l_shipdate < DATE '1996-01-01' AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24`,
  `SELECT year(l_shipdate) AS y, n_name, sum(l_extendedprice) AS volume FROM ${FROM_ALL} JOIN nation ON c_nationkey = n_nationkey GROUP BY ALL ORDER BY ALL`,
  `SELECT n_region, avg(c_acctbal) AS balance, count(DISTINCT c_custkey) AS customers FROM customer JOIN nation ON c_nationkey = n_nationkey GROUP BY n_region`,
  `SELECT l_shipmode, sum(CASE WHEN o_orderpriority IN ('1-URGENT', '2-HIGH') THEN 1 ELSE 0 END) AS high, sum(CASE WHEN o_orderpriority NOT IN ('1-URGENT', '2-HIGH') THEN 1 ELSE 0 END) AS low FROM ${FROM_LINES} WHERE l_shipmode IN ('MAIL', 'SHIP') GROUP BY l_shipmode ORDER BY l_shipmode`,
  `SELECT c_count, count(*) AS custdist FROM (SELECT c_custkey, count(o_orderkey) AS c_count FROM customer LEFT JOIN orders ON c_custkey = o_custkey AND o_orderpriority <> '5-LOW' GROUP BY c_custkey) GROUP BY c_count ORDER BY custdist DESC, c_count DESC`,
  `SELECT 100.00 * sum(CASE WHEN l_shipmode = 'AIR' THEN l_extendedprice ELSE 0 END) / sum(l_extendedprice) AS air_revenue FROM lineitem WHERE l_shipdate >= DATE '1995-09-01'`,
  `SELECT CASE WHEN total < 100 THEN 'small' WHEN total < 300 THEN 'medium' ELSE 'large' END AS size, count(*) AS customers FROM (SELECT l_custkey, sum(l_quantity) AS total FROM lineitem GROUP BY l_custkey) GROUP BY size`,
  `SELECT c_nationkey, count(*) AS numcust, sum(c_acctbal) AS totacctbal FROM customer WHERE c_acctbal > 500 AND c_custkey NOT IN (SELECT o_custkey FROM orders) GROUP BY c_nationkey ORDER BY c_nationkey`,
  `WITH revenue AS (SELECT c_nationkey AS nation, sum(l_extendedprice) AS total FROM ${FROM_ALL} GROUP BY c_nationkey) SELECT n_name, total FROM revenue JOIN nation ON nation = n_nationkey WHERE total = (SELECT max(total) FROM revenue)`,
  `WITH m AS (SELECT date_trunc('month', o_orderdate) AS month, sum(o_totalprice) AS total FROM orders GROUP BY month) SELECT month, total, total - lag(total) OVER (ORDER BY month) AS change, sum(total) OVER (ORDER BY month) AS running FROM m ORDER BY month`,
  `SELECT n_name, n_region FROM nation ORDER BY n_name`,
  `SELECT o_orderstatus, corr(l_quantity, l_extendedprice) AS r, stddev(l_quantity) AS s FROM ${FROM_LINES} GROUP BY ALL`,
  `SELECT o_orderpriority, o_orderstatus, count(*) AS n, sum(o_totalprice) AS total FROM orders GROUP BY CUBE (o_orderpriority, o_orderstatus) ORDER BY ALL`,
  `SELECT n_region, n_name, count(*) AS n FROM customer JOIN nation ON c_nationkey = n_nationkey GROUP BY ROLLUP (n_region, n_name)`,
]

const KEYS = [
  'o_orderpriority',
  'o_orderstatus',
  'l_returnflag',
  'l_shipmode',
  'year(o_orderdate)',
  "date_trunc('quarter', l_shipdate)",
  'l_shipmode[1]',
  "CASE WHEN l_quantity < 10 THEN 'few' WHEN l_quantity < 30 THEN 'some' ELSE 'many' END",
  "strftime(o_orderdate, '%Y-%m')",
]
const VALUES = [
  'count(*)',
  'count(DISTINCT l_custkey)',
  'sum(l_quantity)',
  'sum(l_extendedprice)',
  'avg(l_discount)',
  'avg(l_extendedprice)',
  'sum(l_extendedprice - l_quantity)',
  'sum(0.5 * l_quantity + l_discount)',
  "sum(l_quantity) FILTER (WHERE l_returnflag = 'R')",
  "count_if(l_shipmode = 'AIR')",
  "avg(CASE WHEN l_shipmode = 'AIR' THEN 1 ELSE 0 END)",
  "sum(CASE WHEN o_orderstatus = 'F' THEN l_quantity END)",
  'stddev_samp(l_quantity)',
  'var_pop(l_discount)',
  'covar_samp(l_quantity, l_discount)',
  'regr_slope(l_extendedprice, l_quantity)',
  'sum(l_extendedprice) / sum(l_quantity)',
  'round(avg(l_quantity), 2)',
  'sum(l_quantity) / count(*)',
  'rank() OVER (ORDER BY count(*))',
  'sum(sum(l_quantity)) OVER ()',
]
const TESTS = [
  'l_quantity BETWEEN 5 AND 45',
  "l_shipdate >= '1995-06-01'",
  "o_orderpriority <> '5-LOW'",
  "l_shipmode IN ('AIR', 'MAIL', 'SHIP')",
  "l_shipmode LIKE '%A%'",
  'NOT l_discount > 0.08',
  'year(o_orderdate) = 1995',
  "l_custkey IN (SELECT c_custkey FROM customer WHERE c_mktsegment = 'BUILDING')",
  'l_custkey NOT IN (SELECT o_custkey FROM orders GROUP BY o_custkey HAVING count(*) > 7)',
]
const HAVINGS = ['', ' HAVING count(*) > 4', ' HAVING sum(l_quantity) > 100 AND count(*) < 500']

const GENERATED = fc
  .record({
    keys: fc.subarray(KEYS, { minLength: 0, maxLength: 2 }),
    values: fc.subarray(VALUES, { minLength: 1, maxLength: 3 }),
    tests: fc.subarray(TESTS, { minLength: 0, maxLength: 2 }),
    having: fc.constantFrom(...HAVINGS),
  })
  .map(({ keys, values, tests, having }) => {
    const items = [...keys, ...values].map((each, index) => `${each} AS x${index}`).join(', ')
    const where = tests.length === 0 ? '' : ` WHERE ${tests.join(' AND ')}`
    const grouping = keys.length === 0 ? '' : ' GROUP BY ALL'
    const filter = keys.length === 0 ? '' : having
    return `SELECT ${items} FROM ${FROM_LINES}${where}${grouping}${filter}`
  })

const COUNT = 180

export const TRADE_STATEMENTS: readonly string[] = [
  ...WRITTEN,
  ...new Set(fc.sample(GENERATED, { seed: 2026, numRuns: COUNT })),
]
