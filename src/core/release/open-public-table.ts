/** The second reader of confidential tables: what protects nobody needs no rule to leave. */

import { assert } from '../../model/assert.ts'
import { type Confidential, reveal } from '../../model/confidential.ts'
import type { DataProduct } from '../../model/data-product.ts'
import type { ReleasedTable, TextTable } from '../../model/table.ts'

/**
 * Hands on the rows of a public table under the name by which the post query reads it.
 *
 * @throws {InvariantViolation} A product that protects a privacy unit, or another number of answers.
 */
export function openPublicTable(
  name: string,
  product: DataProduct | undefined,
  tables: Confidential<readonly TextTable[]>,
): ReleasedTable {
  assert(product?.units.length === 0, 'a public table protects no privacy unit')
  const [table, ...others] = reveal(tables)
  assert(table !== undefined && others.length === 0, 'one query gives one table')
  return { name, ...table }
}
