SELECT e.scale, sum(u.kwh) FROM ent_reg e LEFT JOIN elec_usage u ON e.uscc = u.uscc AND u.month = '2025-01' GROUP BY ALL

-- released_0 over ent_reg, elec_usage
--   key {"column":"k0","source":"e.scale"}
--   measure {"column":"m0","source":"sum(u.kwh)","kind":"sum","bounds":{"lower":"0","upper":"10000000","step":"1"}}
--   bounds {}
-- for each firm
WITH "base" AS (
SELECT "t0"."__unit_firm" AS "u", "t0"."scale" AS "k0", CASE WHEN (("t1"."kwh" IS NULL) OR "isnan"("t1"."kwh")) THEN NULL ELSE CAST("round"("least"("greatest"("t1"."kwh", CAST('0' AS DOUBLE)), CAST('10000000' AS DOUBLE))) AS BIGINT) END AS "m0"
FROM "main"."ent_reg" AS "t0"
LEFT JOIN "main"."elec_usage" AS "t1" ON (("t0"."uscc" = "t1"."uscc") AND ("t1"."month" = '2025-01'))
),
"contribution" AS (
SELECT "base"."u" AS "u", "base"."k0" AS "k0", count(*) AS "r", "count"("base"."m0") AS "m0_n", coalesce("sum"("base"."m0"), CAST(0 AS HUGEINT)) AS "m0_s"
FROM "base" AS "base"
GROUP BY "base"."u", "base"."k0"
)
SELECT "contribution"."k0" AS "k0", CAST("count"("contribution"."u") AS HUGEINT) AS "units", CAST(coalesce("sum"("contribution"."r"), 0) AS HUGEINT) AS "rows", CAST("count"(CASE WHEN ("contribution"."m0_n" > 0) THEN "contribution"."u" ELSE NULL END) AS HUGEINT) AS "m0_u", CAST(coalesce("sum"("contribution"."m0_n"), 0) AS HUGEINT) AS "m0_n", CAST(coalesce("sum"("contribution"."m0_s"), 0) AS HUGEINT) AS "m0_s", CASE WHEN ("max"("abs"("contribution"."m0_s")) > CAST(70368744177664 AS HUGEINT)) THEN 85070591730234615865843651857942052864 ELSE CAST(coalesce("sum"(("least"("abs"("contribution"."m0_s"), CAST(70368744177664 AS HUGEINT)) * "least"("abs"("contribution"."m0_s"), CAST(70368744177664 AS HUGEINT)))), 0) AS HUGEINT) END AS "m0_q", CAST(coalesce("sum"("abs"("contribution"."m0_s")), 0) AS HUGEINT) AS "m0_a", CAST(coalesce(("max"("abs"("contribution"."m0_s"), 2))[1], 0) AS HUGEINT) AS "m0_t1", CAST(coalesce(("max"("abs"("contribution"."m0_s"), 2))[2], 0) AS HUGEINT) AS "m0_t2"
FROM "contribution" AS "contribution"
GROUP BY "contribution"."k0"
ORDER BY "contribution"."k0" ASC NULLS LAST
-- post, as scale, sum(u.kwh); joins [["elec_usage.uscc","ent_reg.uscc"]]
SELECT "released_0"."k0" AS "scale", "released_0"."m0" AS "sum(u.kwh)"
FROM "released_0" AS "released_0"
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST
