SELECT count(*), sum(kwh) FROM elec_usage

-- released_0 over elec_usage
--   measure {"column":"m0","source":"count(*)","kind":"rows"}
--   measure {"column":"m1","source":"sum(kwh)","kind":"sum","bounds":{"lower":"0","upper":"10000000","step":"1"}}
--   bounds {"maximumGroups":1,"maximumRows":3}
-- for each firm
WITH "base" AS (
SELECT "t0"."__unit_firm" AS "u", CASE WHEN (("t0"."kwh" IS NULL) OR "isnan"("t0"."kwh")) THEN NULL ELSE CAST("round"("least"("greatest"("t0"."kwh", CAST('0' AS DOUBLE)), CAST('10000000' AS DOUBLE))) AS BIGINT) END AS "m1"
FROM "main"."elec_usage" AS "t0"
),
"contribution" AS (
SELECT "base"."u" AS "u", count(*) AS "r", count(*) AS "m0_n", "count"("base"."m1") AS "m1_n", coalesce("sum"("base"."m1"), CAST(0 AS HUGEINT)) AS "m1_s"
FROM "base" AS "base"
GROUP BY "base"."u"
),
"bounded" AS (
SELECT "contribution"."u" AS "u", "least"("contribution"."r", 3) AS "r", "least"("contribution"."m0_n", 3) AS "m0_n", "least"("contribution"."m1_n", 3) AS "m1_n", "least"("greatest"("contribution"."m1_s", (CAST("least"("contribution"."m1_n", 3) AS HUGEINT) * CAST(0 AS HUGEINT))), (CAST("least"("contribution"."m1_n", 3) AS HUGEINT) * CAST(10000000 AS HUGEINT))) AS "m1_s"
FROM "contribution" AS "contribution"
)
SELECT CAST("count"("bounded"."u") AS HUGEINT) AS "units", CAST(coalesce("sum"("bounded"."r"), 0) AS HUGEINT) AS "rows", CAST("count"(CASE WHEN ("bounded"."m0_n" > 0) THEN "bounded"."u" ELSE NULL END) AS HUGEINT) AS "m0_u", CAST(coalesce("sum"("bounded"."m0_n"), 0) AS HUGEINT) AS "m0_n", CAST(coalesce("sum"(CAST("bounded"."m0_n" AS HUGEINT)), 0) AS HUGEINT) AS "m0_s", CASE WHEN ("max"(CAST("bounded"."m0_n" AS HUGEINT)) > CAST(70368744177664 AS HUGEINT)) THEN 85070591730234615865843651857942052864 ELSE CAST(coalesce("sum"(("least"(CAST("bounded"."m0_n" AS HUGEINT), CAST(70368744177664 AS HUGEINT)) * "least"(CAST("bounded"."m0_n" AS HUGEINT), CAST(70368744177664 AS HUGEINT)))), 0) AS HUGEINT) END AS "m0_q", CAST(coalesce("sum"(CAST("bounded"."m0_n" AS HUGEINT)), 0) AS HUGEINT) AS "m0_a", CAST(coalesce(("max"(CAST("bounded"."m0_n" AS HUGEINT), 2))[1], 0) AS HUGEINT) AS "m0_t1", CAST(coalesce(("max"(CAST("bounded"."m0_n" AS HUGEINT), 2))[2], 0) AS HUGEINT) AS "m0_t2", CAST("count"(CASE WHEN ("bounded"."m1_n" > 0) THEN "bounded"."u" ELSE NULL END) AS HUGEINT) AS "m1_u", CAST(coalesce("sum"("bounded"."m1_n"), 0) AS HUGEINT) AS "m1_n", CAST(coalesce("sum"("bounded"."m1_s"), 0) AS HUGEINT) AS "m1_s", CASE WHEN ("max"("abs"("bounded"."m1_s")) > CAST(70368744177664 AS HUGEINT)) THEN 85070591730234615865843651857942052864 ELSE CAST(coalesce("sum"(("least"("abs"("bounded"."m1_s"), CAST(70368744177664 AS HUGEINT)) * "least"("abs"("bounded"."m1_s"), CAST(70368744177664 AS HUGEINT)))), 0) AS HUGEINT) END AS "m1_q", CAST(coalesce("sum"("abs"("bounded"."m1_s")), 0) AS HUGEINT) AS "m1_a", CAST(coalesce(("max"("abs"("bounded"."m1_s"), 2))[1], 0) AS HUGEINT) AS "m1_t1", CAST(coalesce(("max"("abs"("bounded"."m1_s"), 2))[2], 0) AS HUGEINT) AS "m1_t2"
FROM "bounded" AS "bounded"
-- post, as count_star(), sum(kwh); joins []
SELECT "released_0"."m0" AS "count_star()", "released_0"."m1" AS "sum(kwh)"
FROM "released_0" AS "released_0"
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST
