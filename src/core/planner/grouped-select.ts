/**
 * A grouped query over protected rows. Its keys and aggregates become release nodes; everything
 * else it says (HAVING, ORDER BY, arithmetic, windows) is rewritten to run on what they release.
 */

import { Aggregation } from './aggregates.ts'
import { isAggregate } from './allowed-functions.ts'
import { compare, item, logic, name, select, TRUE_LITERAL, table } from './build.ts'
import type { Environment, PlannedQuery } from './from-clause.ts'
import { groupKeys, type KeyContext } from './group-keys.ts'
import { finishModifiers } from './modifiers.ts'
import { outputName } from './output-names.ts'
import { Refusal, refuse } from './refusal.ts'
import type { KeyDraft, NodeDraft } from './release-draft.ts'
import { RowResolver } from './resolve-row.ts'
import type { Rows } from './rows.ts'
import { findName, fold, refuseUnknown } from './scope.ts'
import { expandItems } from './select-items.ts'
import type { Expression, Name, Relation, Select, SelectItem } from './syntax.ts'
import { findNode, mapChildren, textOf } from './tree-walk.ts'

export function planGrouped(
  query: Select,
  rows: Rows,
  environment: Environment,
  aliases: ReadonlyMap<string, Expression>,
): PlannedQuery {
  const { context } = environment
  const items = expandItems(query.items, rows.scope)
  const resolver = new RowResolver({ scope: rows.scope, aliases }, context)
  const keyContext: KeyContext = { query, items, rows, resolver, context }
  const keys = groupKeys(keyContext)
  const aggregation = new Aggregation(rows, keys, resolver, context)
  const rewriter = new GroupRewriter({ rows, items, keys, resolver, aggregation })
  const shown = items.map((each, index) => item(rewriter.rewrite(each.expression), `c${index}`))
  const having = query.having === undefined ? undefined : rewriter.rewrite(query.having)
  const qualify = query.qualify === undefined ? undefined : rewriter.rewrite(query.qualify)
  const modifiers = finishModifiers(query.modifiers, items, (expression) =>
    rewriter.rewriteOrder(expression),
  )
  return {
    kind: 'open',
    query: select({
      items: shown,
      from: releasedTables(aggregation.finish()),
      where: having,
      qualify,
      modifiers,
    }),
    columns: items.map((each, index) => ({ name: outputName(each), alias: `c${index}` })),
  }
}

/** The primary node's groups, with what the other nodes release about each of them. */
function releasedTables(nodes: readonly NodeDraft[]): Relation | undefined {
  const [primary, ...others] = nodes
  if (primary === undefined) return undefined
  return others.reduce<Relation>(
    (left, node) => {
      const sameKeys = node.keys.map((_, index) =>
        compare(
          'IS NOT DISTINCT FROM',
          name(primary.name, `k${index}`),
          name(node.name, `k${index}`),
        ),
      )
      return {
        kind: 'join',
        at: -1,
        type: 'LEFT',
        form: 'on',
        left,
        right: table(node.name, node.name),
        using: [],
        condition: sameKeys.length === 0 ? TRUE_LITERAL : logic('AND', sameKeys),
      }
    },
    table(primary.name, primary.name),
  )
}

interface GroupParts {
  readonly rows: Rows
  readonly items: readonly SelectItem[]
  readonly keys: readonly KeyDraft[]
  readonly resolver: RowResolver
  readonly aggregation: Aggregation
}

class GroupRewriter {
  readonly #parts: GroupParts
  /** Select items being substituted, so that an alias cannot refer to itself. */
  readonly #open = new Set<SelectItem>()

  constructor(parts: GroupParts) {
    this.#parts = parts
  }

  /** Rewrites an expression over groups into one over released tables. */
  rewrite(expression: Expression): Expression {
    if (expression.kind === 'call' && isAggregate(expression.name)) {
      return this.#parts.aggregation.valueOf(expression)
    }
    if (expression.kind === 'literal') return expression
    const key = this.#keyFor(expression)
    if (key !== undefined) return key
    if (expression.kind === 'name') return this.#alias(expression)
    if (expression.kind === 'subquery' || expression.kind === 'star') {
      return refuse(
        'sql-unsupported',
        expression.at,
        'Subqueries are not supported in this place.',
        '此处不支持子查询。',
      )
    }
    return mapChildren(expression, (child) => this.rewrite(child))
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
    return index < 0 ? undefined : this.#parts.aggregation.keyColumn(index, expression.at)
  }

  #tryResolve(expression: Expression): Expression | undefined {
    try {
      return this.#parts.resolver.resolve(expression)
    } catch (error) {
      if (error instanceof Refusal) return undefined
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
      return value
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
