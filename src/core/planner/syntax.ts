/**
 * The planner's own syntax tree: everything it can read, write and reason about, and nothing else.
 * Statements are read into it, generated SQL is printed from it.
 */

import type { ByteOffset } from './refusal.ts'
import type { SqlType } from './sql-type.ts'

interface Placed {
  readonly at: ByteOffset
}

export interface Literal extends Placed {
  readonly kind: 'literal'
  readonly type: SqlType
  /** The value as text; empty for NULL. Dates and timestamps in ISO form. */
  readonly text: string
}

/** A column by name: `column`, `table.column`; anything longer is refused. */
export interface Name extends Placed {
  readonly kind: 'name'
  readonly path: readonly string[]
}

export interface Star extends Placed {
  readonly kind: 'star'
  readonly relation: string
  readonly exclude: readonly string[]
  /** `COLUMNS(*)`, which the engine also writes for ORDER BY ALL. */
  readonly columns: boolean
}

export type CompareOperator =
  | '='
  | '<>'
  | '<'
  | '>'
  | '<='
  | '>='
  | 'IS DISTINCT FROM'
  | 'IS NOT DISTINCT FROM'

export interface Compare extends Placed {
  readonly kind: 'compare'
  readonly operator: CompareOperator
  readonly left: Expression
  readonly right: Expression
}

export interface Logic extends Placed {
  readonly kind: 'logic'
  readonly operator: 'AND' | 'OR'
  readonly operands: readonly Expression[]
}

export interface Not extends Placed {
  readonly kind: 'not'
  readonly operand: Expression
}

export interface IsNull extends Placed {
  readonly kind: 'is-null'
  readonly negated: boolean
  readonly operand: Expression
}

export interface In extends Placed {
  readonly kind: 'in'
  readonly negated: boolean
  readonly operand: Expression
  readonly options: readonly Expression[]
}

export interface Between extends Placed {
  readonly kind: 'between'
  readonly operand: Expression
  readonly lower: Expression
  readonly upper: Expression
}

export interface Case extends Placed {
  readonly kind: 'case'
  readonly branches: readonly { readonly when: Expression; readonly value: Expression }[]
  readonly otherwise: Expression
}

export interface Cast extends Placed {
  readonly kind: 'cast'
  readonly operand: Expression
  readonly type: SqlType
  readonly tries: boolean
}

/** A value, or NULL where computing it fails. */
export interface Try extends Placed {
  readonly kind: 'try'
  readonly operand: Expression
}

/** A function, operator or aggregate; `[]` and `[:]` are the subscript forms. */
export interface Call extends Placed {
  readonly kind: 'call'
  readonly name: string
  readonly operands: readonly Expression[]
  readonly distinct: boolean
  readonly filter: Expression | undefined
  readonly order: readonly OrderTerm[]
}

export interface WindowFrame {
  readonly start: string
  readonly end: string
  readonly startOffset: Expression | undefined
  readonly endOffset: Expression | undefined
}

export interface Window extends Placed {
  readonly kind: 'window'
  readonly name: string
  readonly operands: readonly Expression[]
  readonly partitions: readonly Expression[]
  readonly order: readonly OrderTerm[]
  readonly frame: WindowFrame
  readonly distinct: boolean
  readonly ignoresNulls: boolean
  readonly filter: Expression | undefined
}

export interface Subquery extends Placed {
  readonly kind: 'subquery'
  readonly form: 'scalar' | 'exists' | 'any'
  /** Left side and operator of `any`; IN is `= ANY`. */
  readonly operand: Expression | undefined
  readonly operator: CompareOperator
  readonly query: Query
}

/** A value that the pipeline binds; only generated SQL has them. */
export interface Parameter extends Placed {
  readonly kind: 'parameter'
  readonly name: string
}

export type Expression =
  | Literal
  | Name
  | Star
  | Compare
  | Logic
  | Not
  | IsNull
  | In
  | Between
  | Case
  | Cast
  | Try
  | Call
  | Window
  | Subquery
  | Parameter

export interface OrderTerm {
  readonly expression: Expression
  readonly descending: boolean
  readonly nulls: 'first' | 'last' | 'default'
}

export interface Table extends Placed {
  readonly kind: 'table'
  readonly schema: string
  readonly name: string
  readonly alias: string
  readonly columnNames: readonly string[]
}

export interface Derived extends Placed {
  readonly kind: 'derived'
  readonly query: Query
  readonly alias: string
  readonly columnNames: readonly string[]
}

export type JoinType = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'SEMI' | 'ANTI'

export interface Join extends Placed {
  readonly kind: 'join'
  readonly type: JoinType
  /** `cross` has no condition; `natural` takes the columns both sides share. */
  readonly form: 'cross' | 'natural' | 'using' | 'on'
  readonly left: Relation
  readonly right: Relation
  readonly using: readonly string[]
  readonly condition: Expression | undefined
}

export interface Values extends Placed {
  readonly kind: 'values'
  readonly rows: readonly (readonly Expression[])[]
  readonly alias: string
  readonly columnNames: readonly string[]
}

export type Relation = Table | Derived | Join | Values

export interface SelectItem {
  readonly expression: Expression
  readonly alias: string
}

export type Grouping =
  | { readonly kind: 'none' }
  | { readonly kind: 'all' }
  | {
      readonly kind: 'by'
      readonly expressions: readonly Expression[]
      /** Indexes into `expressions`; one set with all of them is the plain GROUP BY. */
      readonly sets: readonly (readonly number[])[]
    }

export interface CommonTable extends Placed {
  readonly name: string
  readonly columnNames: readonly string[]
  readonly query: Query
}

export interface Modifiers {
  readonly distinct: 'no' | 'all' | readonly Expression[]
  readonly order: readonly OrderTerm[]
  readonly limit: Expression | undefined
  readonly offset: Expression | undefined
}

export interface Select extends Placed {
  readonly kind: 'select'
  readonly commonTables: readonly CommonTable[]
  readonly items: readonly SelectItem[]
  readonly from: Relation | undefined
  readonly where: Expression | undefined
  readonly grouping: Grouping
  readonly having: Expression | undefined
  readonly qualify: Expression | undefined
  readonly modifiers: Modifiers
}

export interface SetOperation extends Placed {
  readonly kind: 'set'
  readonly commonTables: readonly CommonTable[]
  readonly operator: 'UNION' | 'UNION BY NAME' | 'EXCEPT' | 'INTERSECT'
  readonly all: boolean
  readonly left: Query
  readonly right: Query
  readonly modifiers: Modifiers
}

export type Query = Select | SetOperation
