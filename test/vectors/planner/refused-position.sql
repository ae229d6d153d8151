SELECT '中文' AS 标签,
  max(reg_capital_wan) FROM ent_reg

-- refused: function-not-allowed at 2:3
-- The function max may run only on released results.
-- 函数 max 只能用于已发布的汇总结果。
