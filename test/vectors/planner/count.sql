SELECT count(*) FROM ent_reg

-- released_0 over ent_reg
--   measure {"column":"m0","source":"count(*)","kind":"rows"}
--   bounds {}
-- for each firm
WITH "base" AS (
SELECT "t0"."__unit_firm" AS "u"
FROM "main"."ent_reg" AS "t0"
),
"contribution" AS (
SELECT "base"."u" AS "u", count(*) AS "r", count(*) AS "m0_n"
FROM "base" AS "base"
GROUP BY "base"."u"
)
SELECT CAST("count"("contribution"."u") AS HUGEINT) AS "units", CAST(coalesce("sum"("contribution"."r"), 0) AS HUGEINT) AS "rows", CAST("count"(CASE WHEN ("contribution"."m0_n" > 0) THEN "contribution"."u" ELSE NULL END) AS HUGEINT) AS "m0_u", CAST(coalesce("sum"("contribution"."m0_n"), 0) AS HUGEINT) AS "m0_n", CAST(coalesce("sum"(CAST("contribution"."m0_n" AS HUGEINT)), 0) AS HUGEINT) AS "m0_s", CASE WHEN ("max"(CAST("contribution"."m0_n" AS HUGEINT)) > CAST(70368744177664 AS HUGEINT)) THEN 85070591730234615865843651857942052864 ELSE CAST(coalesce("sum"(("least"(CAST("contribution"."m0_n" AS HUGEINT), CAST(70368744177664 AS HUGEINT)) * "least"(CAST("contribution"."m0_n" AS HUGEINT), CAST(70368744177664 AS HUGEINT)))), 0) AS HUGEINT) END AS "m0_q", CAST(coalesce("sum"(CAST("contribution"."m0_n" AS HUGEINT)), 0) AS HUGEINT) AS "m0_a", CAST(coalesce(("max"(CAST("contribution"."m0_n" AS HUGEINT), 2))[1], 0) AS HUGEINT) AS "m0_t1", CAST(coalesce(("max"(CAST("contribution"."m0_n" AS HUGEINT), 2))[2], 0) AS HUGEINT) AS "m0_t2"
FROM "contribution" AS "contribution"
-- post, as count_star(); joins []
SELECT "released_0"."m0" AS "count_star()"
FROM "released_0" AS "released_0"
ORDER BY 1 ASC NULLS LAST
