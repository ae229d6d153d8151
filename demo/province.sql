-- A fictional province: persons, firms and what they leave behind in ten registers.
--
-- Everything derives from hashes of row numbers, so the same scale always gives the same rows.
-- `scale()` is defined by whoever runs this: 1 to 100 times the persons, firms and events.
-- Identity numbers carry valid check digits and belong to no one: region codes 39xxxx do not exist.

-- A fraction in [0, 1) that depends on the row and the purpose, in steps of 1e-6.
CREATE MACRO r(i, s) AS (md5_number_lower(i::VARCHAR || ':' || s) % 1000000) / 1000000.0;

-- The same in finer steps, for choices among more than a million; at scale 1 it is `r`.
CREATE MACRO fine(i, s) AS
  r(i, s) + CASE WHEN scale() > 1 THEN r(i, s || '.fine') / 1000000 ELSE 0 END;

CREATE MACRO pick(x, l) AS l[1 + floor(x * len(l))::INT];

-- lpad cuts what is longer, so numbers that outgrow their width keep all their digits.
CREATE MACRO digits(i, width) AS lpad(i::VARCHAR, greatest(width, length(i::VARCHAR))::INT, '0');

CREATE TABLE region AS
SELECT
  '39' || lpad(ct::VARCHAR, 2, '0') || lpad((1 + k)::VARCHAR, 2, '0') AS region_code,
  '39' || lpad(ct::VARCHAR, 2, '0') || '00' AS city_code,
  115.5 + 0.30 * ct + 0.05 * k AS lon,
  28.2 + 0.15 * ct + 0.04 * k AS lat
FROM range(1, 6) a(ct), range(1, 5) b(k);

-- Identity number: region, birth date, a serial whose parity is the sex, check digit of GB 11643.
CREATE TABLE person_base AS
WITH p AS (
  SELECT
    i,
    pick(r(i, 'rg'), (SELECT list(region_code ORDER BY region_code) FROM region)) rg,
    DATE '1936-01-01' + CAST(floor(r(i, 'bd') * 31000) AS INT) bd,
    CASE WHEN r(i, 'sx') < 0.51 THEN '男' ELSE '女' END sx
  FROM range(50000 * scale()) t(i)
), q AS (
  SELECT *,
    rg || strftime(bd, '%Y%m%d') || lpad((
      2 * row_number() OVER (PARTITION BY rg, bd, sx ORDER BY i)
      + CASE WHEN sx = '男' THEN 1 ELSE 0 END
    )::VARCHAR, 3, '0') p17
  FROM p
)
SELECT
  p17 || ('10X98765432')[1 + (list_sum(list_transform(range(1, 18), lambda k:
    p17[k]::INT * [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2][k]
  ))::INT % 11)] AS id_no,
  pick(r(i, 'sn'), ['张', '王', '李', '赵', '刘', '陈', '杨', '黄', '周', '吴', '欧阳', '司马'])
    || pick(r(i, 'gn'), ['伟', '芳', '娜', '敏', '静', '强', '磊', '洋', '艳', '勇', '建国', '秀英'])
    AS name,
  sx AS sex,
  bd AS birth_date,
  rg AS region_code,
  '154' || lpad((i * 7919 % 100000000)::VARCHAR, 8, '0') AS mobile,
  '虚构省' || rg || '示例路' || (1 + i % 300) || '号' AS address,
  i AS _i
FROM q;

-- Unified social credit code: organisation code with its own check digit, then that of GB 32100.
CREATE TABLE ent_reg AS
WITH e AS (
  SELECT
    i,
    pick(r(i, 'eind'), ['C13', 'C26', 'C39', 'E47', 'F51', 'F52', 'G54', 'I65', 'L72', 'H62']) ind,
    pick(r(i, 'erg'), (SELECT list(region_code ORDER BY region_code) FROM region)) rg
  FROM range(2000 * scale()) t(i)
), o AS (
  SELECT *, 'MA' || lpad(i::VARCHAR, 6, '0') b8 FROM e
), o2 AS (
  SELECT *, 11 - (list_sum(list_transform(range(1, 9), lambda k:
    (instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', b8[k]) - 1) * [3, 7, 9, 10, 5, 8, 4, 2][k]
  ))::INT % 11) oc
  FROM o
), u AS (
  SELECT *,
    '91' || rg[1:4] || '00' || b8
      || CASE oc WHEN 10 THEN 'X' WHEN 11 THEN '0' ELSE oc::VARCHAR END p17
  FROM o2
)
SELECT
  p17 || ('0123456789ABCDEFGHJKLMNPQRTUWXY')[1 + ((31 - (list_sum(list_transform(range(1, 18),
    lambda k: (instr('0123456789ABCDEFGHJKLMNPQRTUWXY', p17[k]) - 1)
      * [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28][k]
  ))::INT % 31)) % 31)] AS uscc,
  '示例企业' || digits(i, 4) || '有限公司' AS ent_name,
  ind AS industry_code,
  rg AS region_code,
  round(10 + 990 * pow(r(i, 'cap'), 3)) AS reg_capital_wan,
  DATE '2005-01-01' + CAST(floor(r(i, 'est') * 7300) AS INT) AS est_date,
  CASE
    WHEN r(i, 'sc') < 0.6 THEN '微型'
    WHEN r(i, 'sc') < 0.9 THEN '小型'
    WHEN r(i, 'sc') < 0.98 THEN '中型'
    ELSE '大型'
  END AS scale,
  CASE
    WHEN r(i, 'st') < 0.88 THEN '存续'
    WHEN r(i, 'st') < 0.95 THEN '注销'
    ELSE '吊销'
  END AS status,
  i AS _i
FROM u;

-- Social insurance: monthly contributions of the employed.
CREATE TABLE si_contrib AS
SELECT
  p.id_no,
  e.uscc,
  strftime(DATE '2025-01-01' + to_months(m::INT), '%Y-%m') AS month,
  round(3500 + 9000 * pow(r(p._i, 'base'), 2) + (md5_number_lower(e.industry_code) % 10) * 200)
    AS base_amount,
  (r(p._i * 100 + m, 'pd') < 0.985) AS paid
FROM person_base p
JOIN ent_reg e ON e._i = floor(fine(p._i, 'emp') * 2000 * scale())::INT,
  range(12) t(m)
WHERE p.birth_date BETWEEN DATE '1966-01-01' AND DATE '2004-12-31' AND r(p._i, 'isemp') < 0.75;

-- Medical insurance: settlements; a few persons have many.
CREATE TABLE mi_settle AS
SELECT
  'S' || lpad(i::VARCHAR, 8, '0') AS settle_id,
  p.id_no,
  DATE '2025-01-01' + CAST(floor(r(i, 'ad') * 365) AS INT) AS admit_date,
  CASE WHEN r(i, 'mt') < 0.8 THEN '门诊' ELSE '住院' END AS med_type,
  pick(r(i, 'icd'), ['I10', 'I25', 'E11', 'J44', 'J18', 'K29', 'M51', 'N18', 'C34', 'C50', 'O80',
    'F32', 'S72', 'G47', 'H25']) AS icd10,
  'H' || lpad((1 + i % 60)::VARCHAR, 4, '0') AS hosp_code,
  round(CASE
    WHEN r(i, 'mt') < 0.8 THEN 60 + 900 * pow(r(i, 'fee'), 3)
    ELSE 3000 + 70000 * pow(r(i, 'fee'), 4)
  END, 2) AS total_fee,
  round((0.55 + 0.3 * r(i, 'fr')) * (CASE
    WHEN r(i, 'mt') < 0.8 THEN 60 + 900 * pow(r(i, 'fee'), 3)
    ELSE 3000 + 70000 * pow(r(i, 'fee'), 4)
  END), 2) AS fund_pay
FROM range(60000 * scale()) t(i)
JOIN person_base p ON p._i = floor(50000 * scale() * pow(fine(i, 'who'), 1.3))::INT;

-- Electricity: monthly meter readings per firm.
CREATE TABLE elec_usage AS
SELECT
  '39' || lpad(e._i::VARCHAR, 8, '0') AS account_no,
  e.uscc,
  strftime(DATE '2024-07-01' + to_months(m::INT), '%Y-%m') AS month,
  round((800 + 40000 * pow(r(e._i, 'sz'), 4) * (CASE e.scale
    WHEN '大型' THEN 40 WHEN '中型' THEN 8 WHEN '小型' THEN 2 ELSE 1
  END)) * (0.75 + 0.5 * r(e._i * 100 + m, 'kw'))) AS kwh,
  round(0.62 * (800 + 40000 * pow(r(e._i, 'sz'), 4) * (CASE e.scale
    WHEN '大型' THEN 40 WHEN '中型' THEN 8 WHEN '小型' THEN 2 ELSE 1
  END)) * (0.75 + 0.5 * r(e._i * 100 + m, 'kw')), 2) AS amount_due,
  CASE
    WHEN r(e._i * 100 + m, 'late') < 0.02 + 0.40 * pow(r(e._i, 'bad'), 4)
    THEN 1 + floor(60 * r(e._i * 100 + m, 'ld'))::INT
    ELSE 0
  END AS paid_late_days
FROM ent_reg e, range(18) t(m);

-- Transit cards: trips, most of them within one city.
CREATE TABLE commute_od AS
WITH l AS (
  SELECT
    list(region_code ORDER BY region_code) l,
    list(lon ORDER BY region_code) lo,
    list(lat ORDER BY region_code) la
  FROM region
), t AS (
  SELECT
    i,
    1 + floor(r(i, 'o') * 20)::INT oi,
    1 + floor(r(i, 'd') * 4)::INT dk,
    1 + floor(r(i, 'd2') * 20)::INT d2,
    r(i, 'x') x,
    r(i, 'pk') pk,
    r(i, 'h') h
  FROM range(100000 * scale()) g(i)
), u AS (
  SELECT *, CASE WHEN x < 0.85 THEN ((oi - 1) // 4) * 4 + dk ELSE d2 END di FROM t
)
SELECT
  'T' || digits(floor(fine(i, 'card') * 20000 * scale())::INT, 6) AS card_token,
  DATE '2025-09-01' + CAST(i % 20 AS INT) AS trip_date,
  CASE
    WHEN pk < 0.35 THEN 7 + floor(2 * h)::INT
    WHEN pk < 0.7 THEN 17 + floor(2 * h)::INT
    ELSE 9 + floor(8 * h)::INT
  END AS board_hour,
  round(lo[oi] + 0.03 * (r(i, 'ox') - 0.5), 6) AS o_lon,
  round(la[oi] + 0.03 * (r(i, 'oy') - 0.5), 6) AS o_lat,
  round(lo[di] + 0.03 * (r(i, 'dx') - 0.5), 6) AS d_lon,
  round(la[di] + 0.03 * (r(i, 'dy') - 0.5), 6) AS d_lat,
  l[oi] AS o_region,
  l[di] AS d_region
FROM u, l;

ALTER TABLE person_base DROP COLUMN _i;
ALTER TABLE ent_reg DROP COLUMN _i;

-- Three registers that may not be operated: minors, epidemic traces, shared customs data.
CREATE TABLE minor_student AS
SELECT
  'X' || lpad(i::VARCHAR, 6, '0') AS student_no,
  1 + floor(r(i, 'gr') * 6)::INT AS grade,
  pick(r(i, 'ms'), (SELECT list(region_code ORDER BY region_code) FROM region)) AS region_code
FROM range(500 * scale()) t(i);

CREATE TABLE epi_trace AS
SELECT
  'E' || lpad(i::VARCHAR, 6, '0') AS case_no,
  pick(r(i, 'ep'), (SELECT list(region_code ORDER BY region_code) FROM region)) AS region_code,
  DATE '2022-12-01' + CAST(i % 60 AS INT) AS trace_date
FROM range(300 * scale()) t(i);

CREATE TABLE customs_shared AS
SELECT lpad((1 + i % 97)::VARCHAR, 2, '0') AS hs2, round(1000 + 90000 * r(i, 'cv')) AS value
FROM range(1000 * scale()) t(i);
