/** What the planner hands on: generated SQL for the vault, and the operator's own SQL over released tables. */

import type { ColumnUse, MeasureBounds, UnitName } from './data-product.ts'
import type { Sha256 } from './digest.ts'

/** One column of one product in one role; what a grant must permit. */
export interface RequiredUse {
  readonly product: string
  readonly column: string
  readonly use: ColumnUse
}

/** A key of a release node, in the order of the released table's columns. */
export interface GroupKey {
  /** Column name in the cell table and in the released table: `k0`, `k1`, ... */
  readonly column: string
  /** The operator's expression, for people. */
  readonly source: string
  /** Every value it may take, when that list is public; otherwise keys are data and protected. */
  readonly domain?: readonly string[]
  /** The key shows a sensitive column, so a table in which (nearly) all share one value gives it away. */
  readonly isSensitive?: true
}

/** Statistics that `release()` computes from exact moments, named after the engine's functions. */
export type MomentStatistic =
  | 'var_samp'
  | 'var_pop'
  | 'stddev_samp'
  | 'stddev_pop'
  | 'covar_samp'
  | 'covar_pop'
  | 'corr'
  | 'regr_slope'
  | 'regr_intercept'
  | 'regr_r2'

/**
 * One released number per cell.
 *
 * `units`: distinct units of `unit`. `rows`: rows (for `count(x)`, rows with a value).
 * `sum` and `mean`: of lattice integers; the value is the integer times `bounds.step`.
 * `moments`: of one variable (variance, deviation) or of two, in the argument order of the engine's
 * function (`y, x` for `regr_*`), over rows where every variable has a value.
 */
export type Measure = { readonly column: string; readonly source: string } & (
  | { readonly kind: 'units'; readonly unit: UnitName }
  | { readonly kind: 'rows' }
  | { readonly kind: 'sum' | 'mean'; readonly bounds: MeasureBounds }
  | {
      readonly kind: 'moments'
      readonly statistic: MomentStatistic
      readonly bounds: readonly [MeasureBounds] | readonly [MeasureBounds, MeasureBounds]
    }
)

/** Bounds on what one unit contributes, applied by the generated SQL after every join. */
export interface ContributionBounds {
  /** L0, or undefined where the mode does not bound it. */
  readonly maximumGroups?: number
  /** M: rows per unit and group, or undefined where the mode does not bound it. */
  readonly maximumRows?: number
}

/**
 * One aggregate over protected rows, released as one table. The vault runs one query per protected
 * unit; every rule holds for each of them.
 *
 * A cell query answers with these columns, in this order, all values as text: the keys; `units`;
 * `rows`; then for each measure that is not `units`, integers with these names and meanings:
 *
 * - `u`: units with at least one value; `n`: rows with a value;
 * - then for each variable of the measure (one, except for moments of two; the row count itself for
 *   `rows`): `s` (sum over rows), `q` (sum over units of the squared contribution), `a` (sum over
 *   units of the absolute contribution), `t1` and `t2` (the two largest absolute contributions of
 *   one unit);
 * - then for moments: the sum over rows of the square of each variable, and with two variables the
 *   sum over rows of their product. In a mode that bounds contributions, each of these sums is
 *   bounded per unit like any other.
 *
 * Rows come sorted by key.
 */
export interface ReleaseNode {
  /** Table name in the post query: `released_0`, `released_1`, ... */
  readonly name: string
  readonly keys: readonly GroupKey[]
  readonly measures: readonly Measure[]
  readonly bounds: ContributionBounds
  readonly products: readonly string[]
  /**
   * Name of the node whose rows contain this node's rows, group by group, when this one counts only
   * those that meet a condition of their own. What is left of the larger cell is then judged too.
   */
  readonly within?: string
  /**
   * Digest of the rows below the node, keys and measures left out: equal for nodes over the same rows, of
   * which one with fewer keys then holds the other's totals. Without it a node is judged on its own.
   */
  readonly cohort?: Sha256
  /**
   * Where values carry noise, each is followed by three columns: `<column>_se`, its standard error, and
   * `<column>_low` and `<column>_high`, a 95 % interval for what it would be without noise.
   */
  readonly withErrors?: true
  /** The unit whose contributions are bounded comes first. */
  readonly cellQueries: readonly { readonly unit: UnitName; readonly sql: string }[]
}

/**
 * A public product that the post query reads. It protects no unit, so its agreed columns are shipped
 * as they are: the vault answers `sql`, and the answer becomes a table called `name`.
 */
export interface PublicTable {
  /** Table name in the post query: `public_0`, `public_1`, ... */
  readonly name: string
  readonly product: string
  readonly sql: string
}

export interface Plan {
  readonly releaseNodes: readonly ReleaseNode[]
  /** Present when the post query reads public tables. */
  readonly publicTables?: readonly PublicTable[]
  /** The operator's residual SQL; reads only the tables named by release nodes and public tables. */
  readonly postSql: string
  /** Output column names, sanitised and unique. */
  readonly columns: readonly string[]
  readonly requires: readonly RequiredUse[]
  /** Pairs of `product.column` that the statement joins. */
  readonly joins: readonly (readonly [string, string])[]
  /** Digest of the canonical form: equal for statements that differ only in spelling. */
  readonly digest: Sha256
}

/** What a plan costs, a function of the plan and the policy alone. */
export interface Charge {
  readonly mode: 'threshold' | 'dp'
  /** zCDP, in units of 1e-12 rho; zero in threshold mode. */
  readonly picoRho: bigint
  /** Probability budget for private group keys, as multiples of 1e-18; zero without them. */
  readonly attoDelta: bigint
}
