/** Resolves expressions over released values: every name to its column, every subquery to its own plan. */

import type { Environment } from './from-clause.ts'
import { planOpenSubquery } from './open-subquery.ts'
import { refuse } from './refusal.ts'
import type { Scope } from './rows.ts'
import { findName, fold, refuseUnknown } from './scope.ts'
import type { Expression, Name, SelectItem } from './syntax.ts'
import { mapChildren } from './tree-walk.ts'

export class OpenResolver {
  readonly #scope: Scope
  readonly #items: readonly SelectItem[]
  readonly #environment: Environment
  readonly #open = new Set<SelectItem>()

  constructor(scope: Scope, items: readonly SelectItem[], environment: Environment) {
    this.#scope = scope
    this.#items = items
    this.#environment = environment
  }

  rewrite(expression: Expression): Expression {
    if (expression.kind === 'name')
      return this.#environment.context.inlining.spend(
        findName(expression, this.#scope) ?? this.#alias(expression),
        expression.at,
      )
    if (expression.kind === 'star') {
      return refuse(
        'sql-unsupported',
        expression.at,
        'A star may stand alone only.',
        '星号只能单独使用。',
      )
    }
    const rewritten = mapChildren(expression, (child) => this.rewrite(child))
    return rewritten.kind === 'subquery'
      ? planOpenSubquery(rewritten, this.#environment)
      : rewritten
  }

  /** In ORDER BY, the alias of an output column goes first. */
  rewriteOrder(expression: Expression): Expression {
    const found = expression.kind === 'name' ? this.#itemCalled(expression) : undefined
    return this.rewrite(found === undefined ? expression : found.expression)
  }

  #itemCalled({ path }: Name): SelectItem | undefined {
    const [wanted = '', second] = path
    if (second !== undefined) return undefined
    return this.#items.find(({ alias }) => alias !== '' && fold(alias) === fold(wanted))
  }

  #alias(reference: Name): Expression {
    const found = this.#itemCalled(reference)
    if (found === undefined || this.#open.has(found)) return refuseUnknown(reference, this.#scope)
    this.#open.add(found)
    const value = this.rewrite(found.expression)
    this.#open.delete(found)
    return value
  }
}
