WITH t AS (SELECT scale AS s, uscc FROM ent_reg WHERE status = '存续') SELECT s, count(DISTINCT uscc) FROM t GROUP BY s

-- released_0 over ent_reg
--   key {"column":"k0","source":"s"}
--   measure {"column":"m0","source":"count(DISTINCT uscc)","kind":"units","unit":"firm"}
--   bounds {}
-- for each firm
WITH "base" AS (
SELECT "t0"."__unit_firm" AS "u", "t0"."scale" AS "k0"
FROM "main"."ent_reg" AS "t0"
WHERE ("t0"."status" = '存续')
),
"contribution" AS (
SELECT "base"."u" AS "u", "base"."k0" AS "k0", count(*) AS "r"
FROM "base" AS "base"
GROUP BY "base"."u", "base"."k0"
)
SELECT "contribution"."k0" AS "k0", CAST("count"("contribution"."u") AS HUGEINT) AS "units", CAST(coalesce("sum"("contribution"."r"), 0) AS HUGEINT) AS "rows"
FROM "contribution" AS "contribution"
GROUP BY "contribution"."k0"
ORDER BY "contribution"."k0" ASC NULLS LAST
-- post, as s, count(DISTINCT uscc); joins []
SELECT "released_0"."k0" AS "s", "released_0"."m0" AS "count(DISTINCT uscc)"
FROM "released_0" AS "released_0"
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST
