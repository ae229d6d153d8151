/** Relations over protected rows while a plan is being made, and what is known of their columns. */

import type { ColumnUse, MeasureBounds, UnitName } from '../../model/data-product.ts'
import type { SqlType } from './sql-type.ts'
import type { Expression, Name, Relation } from './syntax.ts'

/** What is known of a column that a source offers to generated SQL. */
export interface SourceColumn {
  readonly type: SqlType
  readonly nullable: boolean
  readonly product: string
  readonly column: string
  /** Uses that the product and the agreement both permit. */
  readonly uses: readonly ColumnUse[]
  readonly isIdentifier: boolean
  /** The unit this column identifies. */
  readonly unit: UnitName | undefined
  readonly measure: MeasureBounds | undefined
  readonly domain: readonly string[] | undefined
  /** What stands behind a column that a query over one unit's rows computes. */
  readonly derivation?: Derivation
}

/** A column computed within one unit: from which product columns, under which conditions. */
export interface Derivation {
  readonly origins: readonly { readonly product: string; readonly column: string }[]
  /** Equal for values from the same columns under conditions on the same columns; none for counts. */
  readonly label: string | undefined
  /** What the value is never below, where its bounds are not known. */
  readonly floor: number
}

/** A column under the name by which the statement knows it. */
export interface VisibleColumn {
  readonly name: string
  readonly expression: Expression
}

export interface VisibleTable {
  readonly alias: string
  readonly columns: readonly VisibleColumn[]
  /** The product it shows, if it is one; unknown columns are then a question of authorisation. */
  readonly isProduct: boolean
}

/** Names a FROM clause offers. `merged` holds the columns that USING and NATURAL make one. */
export interface Scope {
  readonly tables: readonly VisibleTable[]
  readonly merged: ReadonlyMap<string, Expression>
}

export interface UnitColumn {
  readonly unit: UnitName
  readonly column: Name
}

/** Rows of protected products: joined sources, the conditions on them, the units they carry. */
export interface Rows {
  readonly kind: 'rows'
  readonly from: Relation
  readonly filters: readonly Expression[]
  readonly units: readonly UnitColumn[]
  readonly products: readonly string[]
  readonly scope: Scope
}

/** Released values only: anything may be done with them. */
export interface Open {
  readonly kind: 'open'
  readonly from: Relation | undefined
  readonly filters: readonly Expression[]
  readonly scope: Scope
}

export type Source = Rows | Open

export const NO_SCOPE: Scope = { tables: [], merged: new Map() }

/** Facts about every source column of a plan, by the generated alias of its table. */
export class SourceRegistry {
  readonly #columns = new Map<string, SourceColumn>()
  readonly #units = new Map<string, readonly UnitName[]>()

  add(alias: string, columnName: string, column: SourceColumn): void {
    this.#columns.set(`${alias}.${columnName}`, column)
  }

  find(path: readonly string[]): SourceColumn | undefined {
    return this.#columns.get(path.join('.'))
  }

  /** Declares which units a source carries. */
  addUnits(alias: string, units: readonly UnitName[]): void {
    this.#units.set(alias, units)
  }

  unitsOf(alias: string): readonly UnitName[] {
    return this.#units.get(alias) ?? []
  }

  /** What an outer join may fill with NULL: its columns, from here on. */
  makeNullable(alias: string): void {
    for (const [path, column] of this.#columns) {
      if (path.startsWith(`${alias}.`)) this.#columns.set(path, { ...column, nullable: true })
    }
  }
}
