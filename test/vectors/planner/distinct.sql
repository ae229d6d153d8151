SELECT DISTINCT scale, status FROM ent_reg

-- released_0 over ent_reg
--   key {"column":"k0","source":"scale"}
--   key {"column":"k1","source":"status"}
--   measure {"column":"m0","source":"units","kind":"units","unit":"firm"}
--   bounds {}
-- for each firm
WITH "base" AS (
SELECT "t0"."__unit_firm" AS "u", "t0"."scale" AS "k0", "t0"."status" AS "k1"
FROM "main"."ent_reg" AS "t0"
),
"contribution" AS (
SELECT "base"."u" AS "u", "base"."k0" AS "k0", "base"."k1" AS "k1", count(*) AS "r"
FROM "base" AS "base"
GROUP BY "base"."u", "base"."k0", "base"."k1"
)
SELECT "contribution"."k0" AS "k0", "contribution"."k1" AS "k1", CAST("count"("contribution"."u") AS HUGEINT) AS "units", CAST(coalesce("sum"("contribution"."r"), 0) AS HUGEINT) AS "rows"
FROM "contribution" AS "contribution"
GROUP BY "contribution"."k0", "contribution"."k1"
ORDER BY "contribution"."k0" ASC NULLS LAST, "contribution"."k1" ASC NULLS LAST
-- post, as scale, status; joins []
SELECT DISTINCT "released_0"."k0" AS "scale", "released_0"."k1" AS "status"
FROM "released_0" AS "released_0"
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST
