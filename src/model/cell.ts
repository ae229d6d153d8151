/** Cell vectors: exact aggregates on their way from the vault to `release()`, never beyond it. */

import type { UnitName } from './data-product.ts'

/** Contributions to one variable of a measure, in lattice integers (row counts for `rows`). */
export interface VariableCell {
  readonly sum: bigint
  /** Sum over units of the squared contribution. */
  readonly squares: bigint
  /** Sum over units of the absolute contribution. */
  readonly absolute: bigint
  /** The two largest absolute contributions of single units; 0 when there are fewer. */
  readonly largest: bigint
  readonly second: bigint
}

export interface MeasureCell {
  /** Units with at least one value. */
  readonly units: bigint
  /** Rows with a value. */
  readonly rows: bigint
  /** One, or two for moments of two variables. */
  readonly variables: readonly [VariableCell] | readonly [VariableCell, VariableCell]
  /** Sums over rows: the square of each variable, then the product of two; empty but for moments. */
  readonly products: readonly bigint[]
}

export interface Cell {
  readonly keys: readonly (string | null)[]
  /** Distinct units behind the cell. */
  readonly units: bigint
  readonly rows: bigint
  /** In the order of the node's measures, `units` measures left out. */
  readonly measures: readonly MeasureCell[]
}

/** The cells of one release node, counted for one of its protected units. */
export interface CellTable {
  readonly unit: UnitName
  readonly keyTypes: readonly string[]
  readonly cells: readonly Cell[]
}
