/**
 * Functions and operators that a vault worker runs, as the bound plan names them.
 *
 * This is the second line: the planner's own allow-list is narrower, and nothing it generates
 * should need a name that is missing here. Kept out on purpose: whatever returns raw values
 * (list, first, mode, quantile, string_agg), grows one value without bound (repeat, lpad, range),
 * raises errors by choice (error), or describes the engine (current_setting, stats).
 */

export const ALLOWED_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['+', '-', '*', '/', '//', '%', '**', '^', '&', '|', '<<', '>>', '||'],
  ...['~~', '!~~', '~~*', '!~~*', 'like_escape', 'not_like_escape', 'prefix', 'suffix', 'contains'],
  ...['abs', 'round', 'round_even', 'floor', 'ceil', 'ceiling', 'trunc', 'sign', 'pow', 'power'],
  ...[
    'sqrt',
    'ln',
    'log',
    'log2',
    'log10',
    'exp',
    'greatest',
    'least',
    'nullif',
    'coalesce',
    'ifnull',
  ],
  ...['isfinite', 'isnan', 'constant_or_null', 'is_null', 'bit_count', 'mod'],
  ...[
    'lower',
    'upper',
    'length',
    'len',
    'strlen',
    'char_length',
    'character_length',
    'trim',
    'ltrim',
    'rtrim',
    'left',
    'right',
    'instr',
  ],
  ...[
    'substring',
    'substr',
    'array_extract',
    'list_extract',
    'array_slice',
    'list_slice',
    'concat',
    'replace',
  ],
  ...['strpos', 'starts_with', 'ends_with', 'strftime'],
  ...['date_part', 'datepart', 'date_trunc', 'datetrunc', 'date_diff', 'datediff', 'date_sub'],
  ...['datesub', 'date_add', 'year', 'quarter', 'month', 'week', 'day', 'dayofmonth', 'dayofweek'],
  ...[
    'weekday',
    'isodow',
    'isoyear',
    'dayofyear',
    'weekofyear',
    'yearweek',
    'hour',
    'minute',
    'second',
  ],
  ...['last_day', 'make_date', 'monthname', 'dayname', 'to_days', 'to_weeks', 'to_months'],
  ...['to_years', 'to_hours', 'to_minutes', 'to_seconds'],
  ...['hash', 'md5', 'md5_number', 'md5_number_lower', 'md5_number_upper', 'sha256'],
  ...['count', 'count_star', 'sum', 'sum_no_overflow', 'avg', 'min', 'max', 'bit_or', 'bool_and'],
  // Within one unit only, as min and max.
  'median',
  ...['bool_or', 'count_if', 'row', 'struct_pack', 'struct_extract'],
])
