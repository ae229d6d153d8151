/** Rewrites expressions over groups: keys and aggregates become columns of what computes them. */

import { isAggregate } from './allowed-functions.ts'
import type { Environment } from './from-clause.ts'
import { planOpenSubquery } from './open-subquery.ts'
import { type ByteOffset, Refusal, refuse } from './refusal.ts'
import type { KeyDraft } from './release-draft.ts'
import type { RowResolver } from './resolve-row.ts'
import type { Rows } from './rows.ts'
import { findName, fold, refuseUnknown } from './scope.ts'
import type { Call, Expression, Name, SelectItem } from './syntax.ts'
import { findNode, mapChildren, textOf } from './tree-walk.ts'

/** What stands for the keys and aggregates of a grouped query. */
export interface GroupValues {
  keyColumn(index: number, at: ByteOffset): Name
  valueOf(aggregate: Call): Expression
}

interface GroupParts {
  readonly rows: Rows
  readonly items: readonly SelectItem[]
  readonly keys: readonly Pick<KeyDraft, 'expression'>[]
  readonly resolver: RowResolver
  readonly values: GroupValues
  /** For subqueries of the result; rows have none. */
  readonly environment: Environment | undefined
}

export class GroupRewriter {
  readonly #parts: GroupParts
  /** Select items being substituted, so that an alias cannot refer to itself. */
  readonly #open = new Set<SelectItem>()

  constructor(parts: GroupParts) {
    this.#parts = parts
  }

  /** Rewrites an expression over groups into one over released tables. */
  rewrite(expression: Expression): Expression {
    if (expression.kind === 'call' && isAggregate(expression.name)) {
      return this.#parts.values.valueOf(expression)
    }
    if (expression.kind === 'literal') return expression
    const key = this.#keyFor(expression)
    if (key !== undefined) return key
    if (expression.kind === 'name') return this.#alias(expression)
    const isMisplaced = expression.kind === 'subquery' && this.#parts.environment === undefined
    if (isMisplaced || expression.kind === 'star') {
      return refuse(
        'sql-unsupported',
        expression.at,
        'Subqueries are not supported in this place.',
        '此处不支持子查询。',
      )
    }
    const rewritten = mapChildren(expression, (child) => this.rewrite(child))
    const { environment } = this.#parts
    return rewritten.kind === 'subquery' && environment !== undefined
      ? planOpenSubquery(rewritten, environment)
      : rewritten
  }

  /** In ORDER BY, the alias of an output column goes before a column of the tables. */
  rewriteOrder(expression: Expression): Expression {
    if (expression.kind === 'name' && expression.path.length === 1) {
      const found = this.#itemCalled(expression)
      if (found !== undefined) return this.rewrite(found.expression)
    }
    return this.rewrite(expression)
  }

  #keyFor(expression: Expression): Name | undefined {
    if (findNode(expression, isBeyondRows) !== undefined) return undefined
    const resolved = this.#tryResolve(expression)
    if (resolved === undefined) return undefined
    const text = textOf(resolved)
    const index = this.#parts.keys.findIndex((key) => textOf(key.expression) === text)
    return index < 0 ? undefined : this.#parts.values.keyColumn(index, expression.at)
  }

  #tryResolve(expression: Expression): Expression | undefined {
    try {
      return this.#parts.resolver.resolve(expression)
    } catch (error) {
      if (error instanceof Refusal && error.code !== 'sql-too-complex') return undefined
      throw error
    }
  }

  #itemCalled({ path }: Name): SelectItem | undefined {
    const [wanted = ''] = path
    return this.#parts.items.find(({ alias }) => alias !== '' && fold(alias) === fold(wanted))
  }

  #alias(reference: Name): Expression {
    const { scope } = this.#parts.rows
    const inTables = findName(reference, scope) !== undefined
    const found = reference.path.length === 1 && !inTables ? this.#itemCalled(reference) : undefined
    if (found !== undefined && !this.#open.has(found)) {
      this.#open.add(found)
      const value = this.rewrite(found.expression)
      this.#open.delete(found)
      return this.#parts.resolver.spend(value, reference.at)
    }
    if (!inTables) refuseUnknown(reference, scope)
    return refuse(
      'row-level-output',
      reference.at,
      `${reference.path.join('.')} must be in GROUP BY or inside an aggregate.`,
      `${reference.path.join('.')} 须出现在 GROUP BY 中，或置于汇总函数内。`,
    )
  }
}

/** Forms that no group key can hold. */
function isBeyondRows(node: Expression): boolean {
  return (
    node.kind === 'window' ||
    node.kind === 'subquery' ||
    (node.kind === 'call' && isAggregate(node.name))
  )
}
