/** Finds in the sources of an import the rows of each product, and checks their columns. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { countCsvRecords, readCsvHeader } from './csv-file.ts'
import { quoteName, quoteText } from './lockdown.ts'
import type { Column, ImportFault, ImportTask } from './protocol.ts'

export type Product = ImportTask['products'][number]
type Source = ImportTask['sources'][number]

/** Ends an import; it says where, and never what. */
export class SourceRefused extends Error {
  override readonly name = 'SourceRefused'
  readonly fault: ImportFault

  constructor(fault: ImportFault) {
    super(fault.reason)
    this.fault = fault
  }
}

/** The rows of one product in one source, before conversion. */
export interface FoundTable {
  readonly product: Product
  readonly source: number
  /** A FROM item. */
  readonly relation: string
  readonly columns: readonly Column[]
  /** How many rows it must yield, where we counted them. */
  readonly rows?: number
}

/** Attaches databases as `source_<n>`. Tables of `base` count only where nothing else has them. */
export async function findTables(
  connection: DuckDBConnection,
  task: ImportTask,
): Promise<readonly FoundTable[]> {
  const found = new Map<string, FoundTable>()
  const ordered = [...task.sources.entries()].sort(
    ([, a], [, b]) => Number(a.format === 'base') - Number(b.format === 'base'),
  )
  for (const [index, source] of ordered) {
    for (const table of await tablesOf(connection, task.products, { source, index })) {
      const { id } = table.product
      if (!found.has(id)) found.set(id, table)
      else if (source.format !== 'base')
        throw new SourceRefused({ reason: 'product_twice', source: index, product: id })
    }
  }
  return task.products.flatMap(({ id }) => found.get(id) ?? [])
}

interface Located {
  readonly source: Source
  readonly index: number
}

async function tablesOf(
  connection: DuckDBConnection,
  products: readonly Product[],
  { source, index }: Located,
): Promise<readonly FoundTable[]> {
  if (source.format === 'duckdb' || source.format === 'base')
    return await tablesOfDatabase(connection, products, { source, index })
  const product = products.find(({ id }) => id === source.product)
  if (product === undefined) throw new SourceRefused({ reason: 'unknown_product', source: index })
  const table =
    source.format === 'csv'
      ? await csvTable(source.path, index)
      : await parquetTable(connection, source.path, index)
  checkNames(product, table.columns, index)
  return [{ product, source: index, ...table }]
}

type Table = Pick<FoundTable, 'relation' | 'columns' | 'rows'>

async function csvTable(path: string, source: number): Promise<Table> {
  const header = readCsvHeader(path)
  if (header === undefined) throw new SourceRefused({ reason: 'unreadable', source, row: 0 })
  if (!header.endsWithNewline) throw new SourceRefused({ reason: 'truncated', source })
  const duplicate = header.names.findIndex((name, at) => header.names.indexOf(name) < at)
  if (duplicate >= 0)
    throw new SourceRefused({ reason: 'duplicate_column', source, position: duplicate + 1 })
  const names = header.names.map((name) => `${quoteText(name)}: 'VARCHAR'`).join(', ')
  const relation = `read_csv(${quoteText(path)}, auto_detect = false, header = true, delim = ',',
    quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, strict_mode = true,
    columns = {${names}})`
  const columns = header.names.map((name) => ({ name, type: 'VARCHAR' }))
  return { relation, columns, rows: (await countCsvRecords(path)) - 1 }
}

async function parquetTable(
  connection: DuckDBConnection,
  path: string,
  source: number,
): Promise<Table> {
  const relation = `read_parquet(${quoteText(path)}, hive_partitioning = false)`
  return { relation, columns: await describe(connection, relation, source) }
}

async function tablesOfDatabase(
  connection: DuckDBConnection,
  products: readonly Product[],
  { source, index }: Located,
): Promise<readonly FoundTable[]> {
  const catalog = `source_${index}`
  try {
    await connection.run(`ATTACH ${quoteText(source.path)} AS ${catalog} (READ_ONLY)`)
  } catch {
    throw new SourceRefused({ reason: 'unreadable', source: index })
  }
  const answer = await connection.runAndReadAll(
    'SELECT table_name FROM duckdb_tables() WHERE database_name = $1 AND schema_name = $2',
    [catalog, 'main'],
  )
  const names = new Set(answer.getRows().map(([name]) => String(name)))
  const tables: FoundTable[] = []
  for (const product of products.filter(({ id }) => names.has(id))) {
    const relation = `${catalog}.main.${quoteName(product.id)}`
    const all = await describe(connection, relation, index)
    const isOurs = source.format === 'base'
    const columns = isOurs ? all.filter(({ name }) => !name.startsWith('__')) : all
    checkNames(product, columns, index)
    tables.push({ product, source: index, relation, columns })
  }
  if (tables.length === 0 && source.format === 'duckdb')
    throw new SourceRefused({ reason: 'unknown_product', source: index })
  return tables
}

async function describe(
  connection: DuckDBConnection,
  relation: string,
  source: number,
): Promise<readonly Column[]> {
  try {
    const answer = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${relation}`)
    return answer.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }))
  } catch {
    throw new SourceRefused({ reason: 'unreadable', source })
  }
}

/** A product's file holds its columns, in any order, and no others. */
function checkNames(product: Product, columns: readonly Column[], source: number): void {
  const place = { source, product: product.id }
  const present = new Set(columns.map(({ name }) => name))
  const declared = new Set(product.columns.map(({ name }) => name))
  const missing = product.columns.find(({ name }) => !present.has(name))
  if (missing !== undefined)
    throw new SourceRefused({ reason: 'missing_column', ...place, column: missing.name })
  // A file without a header has data where names should be, so the name is not repeated.
  const extra = columns.findIndex(({ name }) => !declared.has(name))
  if (extra >= 0) throw new SourceRefused({ reason: 'extra_column', ...place, position: extra + 1 })
}
