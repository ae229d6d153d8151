/**
 * Opens the engine so that SQL can reach its one database and nothing else.
 *
 * The order of these steps was found by testing and matters: `temp_directory` must be set before
 * external access is disabled; `max_temp_directory_size` is ignored as a creation option; and only
 * `disabled_filesystems` stops SQL from reading and overwriting the open database file itself.
 */

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/** In-memory database: the engine has no file at all. */
export const NO_FILE = ':memory:'

export interface EngineLimits {
  readonly threads: number
  readonly memoryMiB: number
}

/** After this nothing can be changed but whether a connection reports its progress. */
const LOCK = [
  "SET GLOBAL TimeZone = 'UTC'",
  "SET allowed_configs = ['enable_progress_bar', 'enable_progress_bar_print']",
  'SET lock_configuration = true',
]

const SEAL = [
  "SET max_temp_directory_size = '0B'",
  "SET disabled_filesystems = 'LocalFileSystem'",
  ...LOCK,
]

/** Opens a snapshot read-only, or `NO_FILE` as an empty database, and seals the engine. */
export async function openSealed(path: string, limits: EngineLimits): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(path, {
    ...(path === NO_FILE ? {} : { access_mode: 'READ_ONLY' }),
    ...COMMON,
    ...engineLimits(limits),
    temp_directory: '',
    enable_external_access: 'false',
  })
  await withConnection(instance, async (connection) => {
    for (const statement of SEAL) await connection.run(statement)
  })
  return instance
}

/**
 * Opens the database that a loader fills. It may read the given files and write below `folder`,
 * and spills there; every other path is refused.
 */
export async function openForLoading(
  path: string,
  reach: { readonly folder: string; readonly files: readonly string[] },
  limits: EngineLimits,
): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(path, {
    ...COMMON,
    ...engineLimits(limits),
    temp_directory: spillFolder(reach.folder),
  })
  await withConnection(instance, async (connection) => {
    // The engine looks for the log of a database beside it, and must find that it has none.
    const files = reach.files.flatMap((file) => [file, `${file}.wal`])
    await connection.run(`SET allowed_directories = [${quoteText(`${reach.folder}/`)}]`)
    await connection.run(`SET allowed_paths = [${files.map(quoteText).join(', ')}]`)
    await connection.run('SET enable_external_access = false')
    for (const statement of LOCK) await connection.run(statement)
  })
  return instance
}

export function spillFolder(folder: string): string {
  return `${folder}/spill`
}

const COMMON = {
  allow_persistent_secrets: 'false',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  max_expression_depth: '120',
  preserve_insertion_order: 'true',
}

function engineLimits({ threads, memoryMiB }: EngineLimits): Record<string, string> {
  return { threads: String(threads), memory_limit: `${memoryMiB}MiB` }
}

/** Gives work a connection of its own: nothing set on it outlives the work. */
export async function withConnection<T>(
  instance: DuckDBInstance,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await instance.connect()
  try {
    return await work(connection)
  } finally {
    connection.closeSync()
  }
}

export function quoteText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
