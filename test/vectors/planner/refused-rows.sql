SELECT scale
FROM ent_reg

-- refused: row-level-output at 1:8
-- The query returns single rows of protected tables.
-- 查询返回受保护数据的明细行。
