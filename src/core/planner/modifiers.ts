/** ORDER BY, LIMIT and DISTINCT of queries over released values: the order is always made total. */

import { ascending, integerLiteral } from './build.ts'
import { numbered } from './group-keys.ts'
import { refuse } from './refusal.ts'
import type { Expression, Modifiers, OrderTerm, SelectItem } from './syntax.ts'

/**
 * Rewrites the modifiers of a query with these output columns. After the statement's own terms come
 * all output columns by number, so that equal results always have equal bytes.
 */
export function finishModifiers(
  modifiers: Modifiers,
  items: readonly SelectItem[],
  rewrite: (expression: Expression) => Expression,
): Modifiers {
  if (typeof modifiers.distinct !== 'string') {
    return refuse(
      'sql-unsupported',
      modifiers.distinct[0]?.at ?? -1,
      'DISTINCT ON is not supported.',
      '不支持 DISTINCT ON。',
    )
  }
  const own = modifiers.order.flatMap((term) => ownTerms(term, items, rewrite))
  return {
    distinct: modifiers.distinct,
    order: [...own, ...remaining(own, items.length)],
    limit: count(modifiers.limit),
    offset: count(modifiers.offset),
  }
}

/** The output columns that no term of the statement names by number. */
function remaining(own: readonly OrderTerm[], columns: number): readonly OrderTerm[] {
  const named = new Set(
    own.map(({ expression }) => expression.kind === 'literal' && expression.text),
  )
  return Array.from({ length: columns }, (_, index) => integerLiteral(BigInt(index + 1)))
    .filter(({ text }) => !named.has(text))
    .map(ascending)
}

function ownTerms(
  term: OrderTerm,
  items: readonly SelectItem[],
  rewrite: (expression: Expression) => Expression,
): readonly OrderTerm[] {
  const { expression } = term
  const nulls = term.nulls === 'default' ? 'last' : term.nulls
  if (expression.kind === 'star' && expression.columns && expression.relation === '') {
    return items.map((_, index) => ({
      ...term,
      nulls,
      expression: integerLiteral(BigInt(index + 1)),
    }))
  }
  if (expression.kind === 'literal') {
    numbered(expression, items)
    return [{ ...term, nulls }]
  }
  return [{ ...term, nulls, expression: rewrite(expression) }]
}

/** LIMIT and OFFSET take a plain number. */
function count(expression: Expression | undefined): Expression | undefined {
  if (expression === undefined) return undefined
  const isCount = expression.kind === 'literal' && /^\d{1,18}$/.test(expression.text)
  if (isCount && /^(INTEGER|BIGINT)$/.test(expression.type.name)) return expression
  return refuse(
    'sql-unsupported',
    expression.at,
    'LIMIT and OFFSET take a plain number.',
    'LIMIT 与 OFFSET 只接受数字。',
  )
}
