SELECT e.industry_code, avg(s.base_amount), count(DISTINCT s.id_no), count(DISTINCT s.uscc) FROM si_contrib s JOIN ent_reg e USING (uscc) GROUP BY ALL

-- released_0 over si_contrib, ent_reg
--   key {"column":"k0","source":"e.industry_code"}
--   measure {"column":"m0","source":"avg(s.base_amount)","kind":"mean","bounds":{"lower":"0","upper":"20000","step":"1"}}
--   measure {"column":"m1","source":"count(DISTINCT s.id_no)","kind":"units","unit":"person"}
--   measure {"column":"m2","source":"count(DISTINCT s.uscc)","kind":"units","unit":"firm"}
--   bounds {}
-- for each person
WITH "base" AS (
SELECT "t0"."__unit_person" AS "u", "t1"."industry_code" AS "k0", CASE WHEN (("t0"."base_amount" IS NULL) OR "isnan"("t0"."base_amount")) THEN NULL ELSE CAST("round"("least"("greatest"("t0"."base_amount", CAST('0' AS DOUBLE)), CAST('20000' AS DOUBLE))) AS BIGINT) END AS "m0"
FROM "main"."si_contrib" AS "t0"
INNER JOIN "main"."ent_reg" AS "t1" ON ("t0"."uscc" = "t1"."uscc")
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
-- for each firm
WITH "base" AS (
SELECT "t0"."__unit_firm" AS "u", "t1"."industry_code" AS "k0", CASE WHEN (("t0"."base_amount" IS NULL) OR "isnan"("t0"."base_amount")) THEN NULL ELSE CAST("round"("least"("greatest"("t0"."base_amount", CAST('0' AS DOUBLE)), CAST('20000' AS DOUBLE))) AS BIGINT) END AS "m0"
FROM "main"."si_contrib" AS "t0"
INNER JOIN "main"."ent_reg" AS "t1" ON ("t0"."uscc" = "t1"."uscc")
WHERE (NOT ("t0"."__unit_firm" IS NULL))
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
-- post, as industry_code, avg(s.base_amount), count(DISTINCT s.id_no), count(DISTINCT s.uscc); joins [["ent_reg.uscc","si_contrib.uscc"]]
SELECT "released_0"."k0" AS "industry_code", "released_0"."m0" AS "avg(s.base_amount)", "released_0"."m1" AS "count(DISTINCT s.id_no)", "released_0"."m2" AS "count(DISTINCT s.uscc)"
FROM "released_0" AS "released_0"
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST, 3 ASC NULLS LAST, 4 ASC NULLS LAST
