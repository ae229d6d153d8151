/** Tables of text: the one form in which values cross process borders and enter digests. */

/** A value as canonical text: integers and decimals in plain digits, NULL as null. */
export type TextValue = string | null

export interface TableColumn {
  readonly name: string
  /** The engine's type name, such as `BIGINT` or `DECIMAL(38,2)`. */
  readonly type: string
}

export interface TextTable {
  readonly columns: readonly TableColumn[]
  readonly rows: readonly (readonly TextValue[])[]
}

/** A table that passed `release()`: the post worker may read it. */
export interface ReleasedTable extends TextTable {
  readonly name: string
}
