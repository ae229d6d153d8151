/**
 * Goal: no statement outside the language reaches the data.
 * Method: statements of every known family, each of which must be refused before anything runs.
 */

import { beforeAll, describe, expect, it } from 'vitest'
import { GRANTS, type GrantName } from '../../../support/demo-grants.ts'
import { EngineParser } from '../../../support/engine-parser.ts'
import { plan } from '../../../support/planner.ts'

const FAMILIES: Readonly<Record<string, { grant: GrantName; statements: readonly string[] }>> = {
  'other statements': {
    grant: 'A',
    statements: [
      "COPY ent_reg TO 'x.csv'",
      "ATTACH 'z.db' AS z",
      'INSTALL httpfs',
      'LOAD json',
      'SET enable_external_access=true',
      'PRAGMA database_list',
      'INSERT INTO ent_reg VALUES (1)',
      'UPDATE ent_reg SET scale = 1',
      'DELETE FROM ent_reg',
      'CREATE TABLE t AS SELECT 1',
      'DROP TABLE ent_reg',
      'EXPLAIN SELECT count(*) FROM ent_reg',
      'EXPLAIN ANALYZE SELECT count(*) FROM ent_reg',
      'CALL pragma_version()',
      'PREPARE p AS SELECT 1',
      'CHECKPOINT',
      'SELECT count(*) FROM ent_reg; SELECT 1',
      "SELECT count(*) FROM elec_usage; COPY ent_reg TO 's3://x/y'",
      'SUMMARIZE ent_reg',
      'DESCRIBE ent_reg',
      'SHOW TABLES',
      'SELECT column_name, min FROM (SUMMARIZE ent_reg)',
      'PIVOT ent_reg ON scale USING count(*)',
      '',
      ';',
      'not sql',
    ],
  },
  'tables that are not products': {
    grant: 'A',
    statements: [
      "SELECT count(*) FROM 'x.csv'",
      "SELECT count(*) FROM read_csv('/etc/passwd')",
      "SELECT count(*) FROM read_text('/proc/self/environ')",
      "SELECT count(*) FROM glob('/*')",
      "SELECT count(*) FROM query('SELECT * FROM mi_settle')",
      "SELECT count(*) FROM query_table('mi_settle')",
      'SELECT count(*) FROM duckdb_settings()',
      'SELECT count(*) FROM information_schema.tables',
      'SELECT count(*) FROM pg_catalog.pg_tables',
      'SELECT count(*) FROM sqlite_master',
      'SELECT count(*) FROM enable_profiling()',
      'SELECT count(*) FROM enable_logging()',
      'SELECT count(*) FROM checkpoint()',
      "SELECT count(*) FROM pragma_storage_info('ent_reg')",
      'SELECT count(*) FROM memory.main.ent_reg',
      'SELECT count(*) FROM other.ent_reg',
      'SELECT count(*) FROM range(1000000000000)',
      'SELECT count(*) FROM generate_series(1, 10)',
      'SELECT count(*) FROM unnest([1, 2, 3])',
      'SELECT count(*) FROM mi_settle',
      'SELECT count(*) FROM no_such_table',
      'SELECT count(*) FROM ent_reg AT (VERSION => 1)',
    ],
  },
  'functions that reveal, fail, hang or remember': {
    grant: 'A',
    statements: [
      'max(reg_capital_wan)',
      'min(reg_capital_wan)',
      'max(reg_capital_wan, 3)',
      'arg_max(scale, reg_capital_wan)',
      'arg_min(scale, reg_capital_wan)',
      'first(scale)',
      'last(scale)',
      'any_value(scale)',
      'arbitrary(scale)',
      'mode(scale)',
      'median(reg_capital_wan)',
      'quantile_disc(reg_capital_wan, 0.5)',
      'quantile_cont(reg_capital_wan, 0.5)',
      'approx_quantile(reg_capital_wan, 0.5)',
      'reservoir_quantile(reg_capital_wan, 0.5)',
      'mad(reg_capital_wan)',
      "string_agg(scale, ',')",
      'group_concat(scale)',
      'list(scale)',
      'array_agg(scale)',
      'histogram(scale)',
      'approx_top_k(scale, 3)',
      'approx_count_distinct(scale)',
      'json_group_array(scale)',
      'bit_xor(1)',
      'bit_or(1)',
      'bitstring_agg(1)',
      'product(reg_capital_wan)',
      'entropy(scale)',
      'sum(random())',
      'sum(hash(scale))',
      'sum(stats(scale))',
      "sum(error('x'))",
      'sum(sleep_ms(10))',
      "sum(getvariable('x'))",
      "sum(current_setting('x'))",
      "sum(nextval('s'))",
      "sum(length(repeat('x', 1000000000)))",
      "sum(length(lpad('x', 1000000000, 'y')))",
      "sum(length(printf('%1000000000d', 1)))",
      "sum(levenshtein(scale, 'x'))",
      'sum(list_sum([1, 2]))',
      'sum(regexp_matches(scale, scale)::INT)',
      'sum(json_extract(scale, scale))',
      'sum(strptime(scale, scale))',
      'sum(make_date(2020, 13, 1))',
      'sum(chr(-1))',
      'sum(factorial(30))',
      'sum(txid_current())',
      'sum(uuid()::INT)',
      'sum(now()::INT)',
      'sum(reg_capital_wan ORDER BY reg_capital_wan)',
      'sum(DISTINCT reg_capital_wan)',
      'sum(reg_capital_wan) EXPORT_STATE',
      'sum(main.lower(scale))',
      'system.main.sum(reg_capital_wan)',
      'count(DISTINCT scale)',
    ].map((call) => `SELECT ${call} AS x FROM ent_reg`),
  },
  'rows and whole rows': {
    grant: 'A',
    statements: [
      'SELECT * FROM ent_reg',
      'FROM ent_reg',
      'SELECT scale FROM ent_reg',
      'SELECT scale FROM ent_reg LIMIT 1',
      'SELECT ent_reg FROM ent_reg GROUP BY ent_reg',
      'SELECT e FROM ent_reg e GROUP BY ALL',
      'SELECT count(e) FROM ent_reg e',
      'SELECT max(e) FROM ent_reg e',
      'SELECT sum(rowid) FROM ent_reg',
      'SELECT rowid, count(*) FROM ent_reg GROUP BY ALL',
      "SELECT COLUMNS('sc.*'), count(*) FROM ent_reg GROUP BY ALL",
      'SELECT count(COLUMNS(*)) FROM ent_reg',
      'SELECT struct_pack(a := scale), count(*) FROM ent_reg GROUP BY ALL',
      'SELECT to_json(ent_reg), count(*) FROM ent_reg GROUP BY ALL',
      "SELECT {'a': scale}, count(*) FROM ent_reg GROUP BY ALL",
      'SELECT [scale], count(*) FROM ent_reg GROUP BY ALL',
      'SELECT #1, count(*) FROM ent_reg GROUP BY ALL',
      'SELECT count(*) FROM ent_reg WHERE __unit_firm = 1',
      'SELECT __unit_firm, count(*) FROM ent_reg GROUP BY ALL',
      'SELECT sum(__unit_firm) FROM ent_reg',
      'SELECT scale, sum(reg_capital_wan) OVER () FROM ent_reg',
      'SELECT rank() OVER (ORDER BY reg_capital_wan) FROM ent_reg',
      'SELECT scale, count(*) FROM ent_reg GROUP BY scale QUALIFY row_number() OVER (ORDER BY reg_capital_wan) = 1',
      'SELECT count(*) FROM (SELECT * FROM ent_reg ORDER BY reg_capital_wan LIMIT 10) t',
      'SELECT count(*) FROM (SELECT * FROM ent_reg ORDER BY reg_capital_wan OFFSET 10) t',
      'SELECT count(*) FROM (SELECT DISTINCT ON (scale) * FROM ent_reg) t',
      'SELECT count(*) FROM (SELECT scale, row_number() OVER () AS n FROM ent_reg) t',
      'SELECT count(*) FROM ent_reg USING SAMPLE 10%',
      'SELECT count(*) FROM ent_reg TABLESAMPLE 10%',
      'SELECT DISTINCT uscc FROM ent_reg',
    ],
  },
  identifiers: {
    grant: 'A',
    statements: [
      'SELECT uscc, count(*) FROM ent_reg GROUP BY uscc',
      'SELECT uscc[1:10], count(*) FROM ent_reg GROUP BY ALL',
      "SELECT CASE WHEN uscc = 'x' THEN 1 END, count(*) FROM ent_reg GROUP BY ALL",
      "SELECT count(*) FROM ent_reg WHERE uscc = 'x'",
      "SELECT count(*) FROM ent_reg WHERE uscc LIKE '9139%'",
      'SELECT count(*) FROM ent_reg WHERE length(uscc) = 18',
      'SELECT count(*) FROM ent_reg WHERE uscc IS NOT NULL',
      "SELECT count(*) FILTER (WHERE uscc = 'x') FROM ent_reg",
      "SELECT sum(CASE WHEN uscc = 'x' THEN reg_capital_wan ELSE 0 END) FROM ent_reg",
      "SELECT count(*) FROM ent_reg WHERE uscc IN ('x', 'y')",
      'SELECT sum(length(uscc)) FROM ent_reg',
      'SELECT count(uscc) FROM ent_reg',
      "SELECT count(*) FROM ent_reg WHERE ent_name LIKE '示例%'",
      'SELECT count(*) FROM (SELECT uscc AS u FROM ent_reg) t WHERE u > 9',
      "SELECT count(*) FROM (SELECT uscc AS u FROM ent_reg) t WHERE u = 'x'",
      "WITH t AS (SELECT uscc || '' AS u FROM ent_reg) SELECT u, count(*) FROM t GROUP BY u",
      'SELECT count(*) FROM ent_reg HAVING max(uscc) > 1',
      'SELECT scale, count(*) FROM ent_reg GROUP BY scale ORDER BY max(uscc)',
    ],
  },
  'subqueries, sets and multiplication': {
    grant: 'A',
    statements: [
      'SELECT count(*) FROM ent_reg a, ent_reg b',
      "SELECT count(*) FROM ent_reg a, ent_reg b WHERE a.scale = '大型'",
      'SELECT count(*) FROM ent_reg a CROSS JOIN elec_usage b',
      'SELECT count(*) FROM ent_reg a JOIN elec_usage b ON TRUE',
      'SELECT count(*) FROM ent_reg a JOIN elec_usage b ON a.uscc <> b.uscc',
      'SELECT count(*) FROM ent_reg a JOIN elec_usage b ON a.uscc = b.uscc OR a.scale = b.month',
      'SELECT count(*) FROM ent_reg a JOIN ent_reg b ON a.scale = b.scale',
      'SELECT count(*) FROM ent_reg a JOIN elec_usage b ON a.region_code = b.month',
      'SELECT count(*) FROM ent_reg NATURAL JOIN elec_usage NATURAL JOIN ent_reg',
      'SELECT count(*) FROM ent_reg POSITIONAL JOIN elec_usage',
      'SELECT count(*) FROM ent_reg ASOF JOIN elec_usage USING (uscc)',
      'SELECT count(*) FROM ent_reg FULL JOIN elec_usage USING (uscc)',
      'SELECT count(*) FROM ent_reg a WHERE EXISTS (SELECT 1 FROM elec_usage b WHERE b.uscc = a.uscc)',
      'SELECT count(*) FROM ent_reg WHERE reg_capital_wan > (SELECT max(reg_capital_wan) FROM ent_reg)',
      'SELECT count(*) FROM ent_reg WHERE est_date <> (SELECT est_date FROM ent_reg LIMIT 1)',
      'SELECT count(*) FROM ent_reg WHERE scale = ANY (SELECT scale FROM ent_reg)',
      'SELECT (SELECT scale FROM ent_reg LIMIT 1), count(*) FROM ent_reg',
      'SELECT count(*) FROM ent_reg, LATERAL (SELECT ent_reg.scale) t',
      'SELECT count(*) FROM ent_reg UNION ALL SELECT reg_capital_wan FROM ent_reg',
      'SELECT scale FROM ent_reg EXCEPT SELECT month FROM elec_usage',
      'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t',
      'SELECT count(*) FROM (VALUES (1)) t(x)',
      'SELECT list_reduce([1, 2], lambda x, y: x + y), count(*) FROM ent_reg',
      'SELECT count(*) FROM ent_reg LIMIT (SELECT 1)',
      'SELECT count(*) FROM ent_reg LIMIT 10%',
      'SELECT count(*) FROM ent_reg WHERE scale = $1',
      'SELECT count(*) FROM ent_reg WHERE scale = ?',
      "SELECT count(*) FROM ent_reg WHERE scale COLLATE NOCASE = 'x'",
    ],
  },
  'errors and conversions': {
    grant: 'A',
    statements: [
      'SELECT count(*) FROM ent_reg WHERE scale > 1',
      "SELECT count(*) FROM ent_reg WHERE est_date > 'nonsense'",
      "SELECT count(*) FROM ent_reg WHERE est_date > DATE '2021-02-30'",
      'SELECT count(*) FROM ent_reg WHERE scale',
      'SELECT count(*) FROM ent_reg WHERE scale + 1 > 2',
      "SELECT count(*) FROM ent_reg WHERE CASE WHEN scale = 'x' THEN error('hit') ELSE 1 END = 1",
      'SELECT date_trunc(scale, est_date), count(*) FROM ent_reg GROUP BY ALL',
      'SELECT strftime(est_date, scale), count(*) FROM ent_reg GROUP BY ALL',
      'SELECT CASE WHEN reg_capital_wan > 1 THEN 1 ELSE scale END, count(*) FROM ent_reg GROUP BY ALL',
      "SELECT count(*) FROM ent_reg WHERE scale = 'x'::ENUM('x')",
    ],
  },
  'arguments that encode': {
    grant: 'A',
    statements: [
      'sum(reg_capital_wan * reg_capital_wan)',
      'sum(1 / (reg_capital_wan - 5))',
      'sum(exp(-1e6 * (reg_capital_wan - 5)))',
      'sum(reg_capital_wan % 2)',
      "sum(reg_capital_wan * (scale = 'x')::INT)",
      'sum(length(scale))',
      'avg(reg_capital_wan > 5)',
      "sum('1')",
      'sum(est_date)',
      'sum(abs(reg_capital_wan))',
      'sum(greatest(reg_capital_wan, 5))',
      "sum(CASE WHEN scale = 'x' THEN reg_capital_wan * reg_capital_wan END)",
      'sum(reg_capital_wan::VARCHAR::INT)',
      'sum(coalesce(reg_capital_wan, 1000000))',
    ].map((call) => `SELECT ${call} AS x FROM ent_reg`),
  },
  'conditions beyond the narrow profile': {
    grant: 'A',
    statements: [
      "SELECT count(*) FROM ent_reg WHERE scale = '大型' OR status = '存续'",
      "SELECT count(*) FROM ent_reg WHERE NOT (scale = '大型' AND status = '存续')",
      'SELECT count(*) FROM ent_reg WHERE scale = status',
      "SELECT scale = '大型' AS big, count(*) FROM ent_reg GROUP BY ALL",
      "SELECT CASE WHEN scale = '大型' OR status = '存续' THEN 1 ELSE 2 END AS g, count(*) FROM ent_reg GROUP BY ALL",
    ],
  },
}

describe('hostile statements', () => {
  let parser: EngineParser

  beforeAll(async () => {
    parser = await EngineParser.open()
  })

  for (const [family, { grant, statements }] of Object.entries(FAMILIES)) {
    it.each(statements)(`${family}: %s`, async (sql) => {
      const planned = await plan(parser, sql, GRANTS[grant])
      expect(planned.ok ? planned.value.plan.postSql : 'refused').toBe('refused')
      if (!planned.ok) {
        expect(planned.problem.at).toBeDefined()
        expect(planned.problem.detail.zh).not.toBe('')
      }
    })
  }

  it('refuses deep, wide and long statements', async () => {
    const deep = `SELECT count(*) FROM ent_reg WHERE ${'('.repeat(1)}${'NOT '.repeat(60)}paid`
    const wide = `SELECT count(*) FROM ent_reg WHERE scale IN (${Array(3000).fill("'x'").join(', ')})`
    const long = `SELECT count(*) FROM ent_reg -- ${'x'.repeat(20_000)}`
    const joins = `SELECT count(*) FROM ent_reg a0 ${Array.from({ length: 12 }, (_, i) => `JOIN ent_reg a${i + 1} USING (uscc)`).join(' ')}`
    const chain =
      `WITH ${Array.from({ length: 14 }, (_, i) => `c${i + 1} AS (SELECT a.uscc FROM c${i} a JOIN c${i} b USING (uscc))`).join(', ')} SELECT count(*) FROM c14`.replace(
        'c1 AS (SELECT a.uscc FROM c0 a JOIN c0 b USING (uscc))',
        'c0 AS (SELECT uscc FROM ent_reg), c1 AS (SELECT uscc FROM c0)',
      )
    for (const sql of [`${deep})`, wide, long, joins, chain]) {
      const planned = await plan(parser, sql, GRANTS.A)
      expect(planned.ok ? sql : planned.problem.code).toBe('sql-too-complex')
    }
  })
})
