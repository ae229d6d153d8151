/** How row-level expressions are refused, each with what to write instead. */

import { unreachable } from '../../model/assert.ts'
import { classOf } from './allowed-functions.ts'
import { type ByteOffset, refuse } from './refusal.ts'
import type { SqlType } from './sql-type.ts'
import type { Expression } from './syntax.ts'

export function refuseOnRows(
  expression: Extract<Expression, { kind: 'star' | 'window' | 'subquery' | 'parameter' }>,
): never {
  switch (expression.kind) {
    case 'window':
      return refuseWindow(expression.name, expression.at)
    case 'subquery':
      return refuse(
        'sql-unsupported',
        expression.at,
        'Subqueries are not supported in this place.',
        '此处不支持子查询。',
      )
    case 'star':
    case 'parameter':
      return refuse(
        'sql-unsupported',
        expression.at,
        'This form is not supported here.',
        '此处不支持此写法。',
      )
    default:
      return unreachable(expression, 'refuseOnRows')
  }
}

/** A function that is known but may not touch rows. */
export function refuseFunction(name: string, at: ByteOffset): never {
  const found = classOf(name)
  if (found === 'measure') {
    return refuse(
      'sql-unsupported',
      at,
      `The aggregate ${name} is not allowed here.`,
      `此处不允许汇总函数 ${name}。`,
    )
  }
  return refuse(
    'function-not-allowed',
    at,
    `The function ${name} may run only on released results.`,
    `函数 ${name} 只能用于已发布的汇总结果。`,
  )
}

export function refuseMixture(at: ByteOffset, families: readonly string[]): never {
  const [left = '', right = ''] = [...new Set(families.filter((family) => family !== 'null'))]
  return refuse(
    'sql-unsupported',
    at,
    `A ${left} value meets a ${right} value. Convert one of them explicitly.`,
    `${left} 与 ${right} 类型的值不能直接比较，请显式转换类型。`,
  )
}

export function refuseLiteral(at: ByteOffset, type: SqlType): never {
  return refuse(
    'sql-unsupported',
    at,
    `This constant is not a ${type.name} in ISO form.`,
    `该常量不是 ISO 格式的 ${type.name}。`,
  )
}

export function refuseConstant(name: string, at: ByteOffset): never {
  return refuse(
    'sql-unsupported',
    at,
    `This argument of ${name} must be one of its supported constants.`,
    `${name} 的该参数必须是受支持的常量。`,
  )
}

const RANKS = /^(ntile|rank|rank_dense|dense_rank|percent_rank|cume_dist|row_number)$/

/** A window's value for one row depends on other units' rows. */
function refuseWindow(name: string, at: ByteOffset): never {
  const remedyEn = RANKS.test(name)
    ? ' Instead of ranks, use literal cut points: CASE WHEN value < 10 THEN ... END.'
    : ''
  const remedyZh = RANKS.test(name)
    ? '不能按名次分组，请改用固定分界点：CASE WHEN 值 < 10 THEN … END。'
    : ''
  return refuse(
    'row-level-output',
    at,
    `Window functions may run only on released results. Aggregate first, in a subquery.${remedyEn}`,
    `窗口函数只能用于已发布的汇总结果，请先在子查询中汇总。${remedyZh}`,
  )
}
