SELECT sum(CASE WHEN month = '2025-01' THEN kwh ELSE 0 END) AS s FROM elec_usage

-- released_0 over elec_usage
--   measure {"column":"m0","source":"sum(CASE WHEN (month = '2025-01') THEN kwh ELSE 0 END)","kind":"sum","bounds":{"lower":"0","upper":"10000000","step":"1"}}
--   bounds {}
-- for each firm
WITH "base" AS (
SELECT "t0"."__unit_firm" AS "u", CASE WHEN (("t0"."kwh" IS NULL) OR "isnan"("t0"."kwh")) THEN NULL ELSE CAST("round"("least"("greatest"("t0"."kwh", CAST('0' AS DOUBLE)), CAST('10000000' AS DOUBLE))) AS BIGINT) END AS "m0"
FROM "main"."elec_usage" AS "t0"
WHERE ("t0"."month" = '2025-01')
),
"contribution" AS (
SELECT "base"."u" AS "u", count(*) AS "r", "count"("base"."m0") AS "m0_n", coalesce("sum"("base"."m0"), CAST(0 AS HUGEINT)) AS "m0_s"
FROM "base" AS "base"
GROUP BY "base"."u"
)
SELECT CAST("count"("contribution"."u") AS HUGEINT) AS "units", CAST(coalesce("sum"("contribution"."r"), 0) AS HUGEINT) AS "rows", CAST("count"(CASE WHEN ("contribution"."m0_n" > 0) THEN "contribution"."u" ELSE NULL END) AS HUGEINT) AS "m0_u", CAST(coalesce("sum"("contribution"."m0_n"), 0) AS HUGEINT) AS "m0_n", CAST(coalesce("sum"("contribution"."m0_s"), 0) AS HUGEINT) AS "m0_s", CASE WHEN ("max"("abs"("contribution"."m0_s")) > CAST(70368744177664 AS HUGEINT)) THEN 85070591730234615865843651857942052864 ELSE CAST(coalesce("sum"(("least"("abs"("contribution"."m0_s"), CAST(70368744177664 AS HUGEINT)) * "least"("abs"("contribution"."m0_s"), CAST(70368744177664 AS HUGEINT)))), 0) AS HUGEINT) END AS "m0_q", CAST(coalesce("sum"("abs"("contribution"."m0_s")), 0) AS HUGEINT) AS "m0_a", CAST(coalesce(("max"("abs"("contribution"."m0_s"), 2))[1], 0) AS HUGEINT) AS "m0_t1", CAST(coalesce(("max"("abs"("contribution"."m0_s"), 2))[2], 0) AS HUGEINT) AS "m0_t2"
FROM "contribution" AS "contribution"
-- post, as s; joins []
SELECT "released_0"."m0" AS "s"
FROM "released_0" AS "released_0"
ORDER BY 1 ASC NULLS LAST
