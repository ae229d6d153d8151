SELECT CASE WHEN est_date >= DATE '2021-01-01' THEN '新' ELSE '旧' END AS 年限, count(*) AS 户数 FROM ent_reg GROUP BY ALL

-- released_0 over ent_reg
--   key {"column":"k0","source":"CASE WHEN (est_date >= CAST('2021-01-01' AS DATE)) THEN '新' ELSE '旧' END","domain":["新","旧"]}
--   measure {"column":"m0","source":"count(*)","kind":"rows"}
--   bounds {}
-- for each firm
WITH "base" AS (
SELECT "t0"."__unit_firm" AS "u", CASE WHEN ("t0"."est_date" >= CAST('2021-01-01' AS DATE)) THEN '新' ELSE '旧' END AS "k0"
FROM "main"."ent_reg" AS "t0"
),
"contribution" AS (
SELECT "base"."u" AS "u", "base"."k0" AS "k0", count(*) AS "r", count(*) AS "m0_n"
FROM "base" AS "base"
GROUP BY "base"."u", "base"."k0"
)
SELECT "contribution"."k0" AS "k0", CAST("count"("contribution"."u") AS HUGEINT) AS "units", CAST(coalesce("sum"("contribution"."r"), 0) AS HUGEINT) AS "rows", CAST("count"(CASE WHEN ("contribution"."m0_n" > 0) THEN "contribution"."u" ELSE NULL END) AS HUGEINT) AS "m0_u", CAST(coalesce("sum"("contribution"."m0_n"), 0) AS HUGEINT) AS "m0_n", CAST(coalesce("sum"(CAST("contribution"."m0_n" AS HUGEINT)), 0) AS HUGEINT) AS "m0_s", CASE WHEN ("max"(CAST("contribution"."m0_n" AS HUGEINT)) > CAST(70368744177664 AS HUGEINT)) THEN 85070591730234615865843651857942052864 ELSE CAST(coalesce("sum"(("least"(CAST("contribution"."m0_n" AS HUGEINT), CAST(70368744177664 AS HUGEINT)) * "least"(CAST("contribution"."m0_n" AS HUGEINT), CAST(70368744177664 AS HUGEINT)))), 0) AS HUGEINT) END AS "m0_q", CAST(coalesce("sum"(CAST("contribution"."m0_n" AS HUGEINT)), 0) AS HUGEINT) AS "m0_a", CAST(coalesce(("max"(CAST("contribution"."m0_n" AS HUGEINT), 2))[1], 0) AS HUGEINT) AS "m0_t1", CAST(coalesce(("max"(CAST("contribution"."m0_n" AS HUGEINT), 2))[2], 0) AS HUGEINT) AS "m0_t2"
FROM "contribution" AS "contribution"
GROUP BY "contribution"."k0"
ORDER BY "contribution"."k0" ASC NULLS LAST
-- post, as 年限, 户数; joins []
SELECT "released_0"."k0" AS "年限", "released_0"."m0" AS "户数"
FROM "released_0" AS "released_0"
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST
