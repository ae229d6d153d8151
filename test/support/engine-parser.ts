/** The engine as parser and as reference, in process: for planner tests only. */

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export class EngineParser {
  readonly #connection: DuckDBConnection

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection
  }

  static async open(): Promise<EngineParser> {
    const instance = await DuckDBInstance.create(':memory:')
    return new EngineParser(await instance.connect())
  }

  /** The engine's own syntax tree, as JSON text. */
  async parse(sql: string): Promise<string> {
    const reader = await this.#connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [
      sql,
    ])
    return String(reader.getRows()[0]?.[0])
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql)
  }

  /** Rows as text, in order, with the engine's column names. */
  async query(
    sql: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<{
    columns: readonly string[]
    types: readonly string[]
    rows: readonly (readonly (string | null)[])[]
  }> {
    const reader = await this.#connection.runAndReadAll(sql, parameters)
    const rows = reader
      .getRows()
      .map((row) => row.map((value) => (value === null ? null : String(value))))
    return { columns: reader.columnNames(), types: reader.columnTypes().map(String), rows }
  }
}
