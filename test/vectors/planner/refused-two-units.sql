SELECT count(*) FROM si_contrib

-- refused: mode-not-supported at 1:1
-- This mode protects one unit at a time; the query reads data of several.
-- 该模式一次只保护一类主体，而查询涉及多类主体。
