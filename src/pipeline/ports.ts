/** What the pipeline needs from the world, and what the faces may ask of the pipeline. Interfaces only. */

import type { CommittedEntry, EntryDraft } from '../model/audit-entry.ts'
import type { Confidential } from '../model/confidential.ts'
import type { DataProduct } from '../model/data-product.ts'
import type { PolicySet } from '../model/grant.ts'
import type { IsolationReport } from '../model/isolation.ts'
import type { Job, JobId, JobRequest } from '../model/job.ts'
import type { Charge } from '../model/plan.ts'
import type { Principal } from '../model/principal.ts'
import type { ReplayReport } from '../model/replay.ts'
import type { Result } from '../model/result.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { ReleasedTable, TableColumn, TextTable } from '../model/table.ts'

// ---------------------------------------------------------------- the world, implemented by adapters

export interface Clock {
  nowMs(): number
  monotonicNs(): bigint
}

export interface RandomSource {
  bytes(count: number): Uint8Array
}

/** The operational log: fixed words, codes and numbers. Never SQL, values, results or messages of errors. */
export interface Log {
  info(fields: LogFields, event: string): void
  error(fields: LogFields, event: string): void
}
export type LogFields = Readonly<Record<string, string | number | boolean>>

/** Append-only records on disk. `append` resolves once the bytes are durable. */
export interface RecordStore {
  append(record: Uint8Array): Promise<void>
  /** Every durable record in order. A torn tail is dropped and reported; other damage throws. */
  read(): AsyncIterable<Uint8Array>
  /** Bytes of a torn tail that `read` dropped. */
  readonly tornBytes: number
  close(): Promise<void>
}

/** Small files written whole: durable, then visible under their name. Paths are relative, `/`-separated. */
export interface BlobStore {
  write(path: string, bytes: Uint8Array): Promise<void>
  read(path: string): Promise<Uint8Array | undefined>
  erase(path: string): Promise<void>
}

/** The log's Ed25519 key. */
export interface Signer {
  /** Name in signed notes, the log's origin. */
  readonly origin: string
  /** Raw 32-byte public key. */
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

/** Keys of the noise generator by epoch. Never logged, never in a receipt. */
export interface NoiseKeys {
  readonly currentEpoch: number
  keyOf(epoch: number): Uint8Array | undefined
}

/**
 * A keyed digest of text that may hold literals of a statement: equal for equal text, and no oracle
 * for whoever reads the log without the key.
 */
export type Concealer = (text: string) => string

export interface IdentityStore {
  /** Finds the principal of a bearer token by the token's digest. */
  authenticate(token: string): Principal | undefined
}

export interface SnapshotStore {
  /** The newest published snapshot of a dataset. */
  current(dataset: string): Promise<Snapshot | undefined>
  find(digest: string): Promise<Snapshot | undefined>
  /** Re-hashes the database file against the manifest. */
  verify(digest: string): Promise<boolean>
}

export interface ImportOrder {
  readonly dataset: string
  /** Every product of the dataset; sources may cover only some of them. */
  readonly products: readonly DataProduct[]
  /** CSV or Parquet files name their product; a DuckDB file may hold any number of them. */
  readonly sources: readonly { readonly path: string; readonly product?: string }[]
  /** Tables the sources do not cover are carried over from this snapshot. */
  readonly base?: Snapshot
  /** Lets a table without rows be published where the base has rows or no such table. */
  readonly allowEmpty?: boolean
}

/** Turns files into a published snapshot, in a process of its own. */
export interface Importer {
  import(order: ImportOrder, control?: WorkControl): Promise<Result<Snapshot>>
}

export interface PolicyStore {
  current(): PolicySet
}

/** Why a sealed process gave no answer. Fixed codes: no engine text crosses the border. */
export type WorkerFailure =
  | 'invalid_query'
  | 'query_failed'
  | 'out_of_memory'
  | 'time_limit'
  | 'cpu_limit'
  | 'idle_limit'
  | 'output_limit'
  | 'cancelled'
  | 'protocol'
  | 'tripwire'
  | 'crash'
  | 'busy'
  | 'isolation_unavailable'

export type WorkerAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: WorkerFailure }

export interface WorkControl {
  readonly signal?: AbortSignal
  /** Share of the engine's work done, 0 to 100. */
  readonly onProgress?: (percent: number) => void
}

export interface VaultWork {
  readonly snapshot: Snapshot
  /** A vault worker serves one tenant (operator and agreement) and one snapshot, never another. */
  readonly tenant: string
  readonly minimumIsolation: number
  /** The tables the queries may read, and no others. */
  readonly tables: readonly string[]
  /** Generated queries, each answering one table. */
  readonly queries: readonly string[]
  /** Bound to `$salt` where a query names it. */
  readonly salt: string
  readonly maximumRows: number
}

export interface PostWork {
  readonly tenant: string
  readonly minimumIsolation: number
  readonly tables: readonly ReleasedTable[]
  readonly sql: string
  readonly maximumRows: number
}

/** Sealed processes. Each method may be called concurrently. */
export interface Workers {
  isolation(): IsolationReport
  /** Versions and settings that a replay must share, by name. */
  environment(): Readonly<Record<string, string>>
  /** The engine's own syntax tree of a statement, as JSON text; parsed where no data is. */
  parse(sql: string): Promise<WorkerAnswer<string>>
  computeCells(
    work: VaultWork,
    control?: WorkControl,
  ): Promise<WorkerAnswer<Confidential<readonly TextTable[]>>>
  postProcess(work: PostWork, control?: WorkControl): Promise<WorkerAnswer<TextTable>>
  close(): Promise<void>
}

// ---------------------------------------------------------------- the log, implemented in pipeline/

/** The audit log as the rest of the pipeline sees it. */
export interface Journal {
  /** Resolves once the entry and a signed checkpoint over it are durable. */
  append(draft: EntryDraft): Promise<CommittedEntry>
  readonly size: number
  /** Entries from `from`, in order. */
  entries(from?: number): AsyncIterable<CommittedEntry>
}

// ---------------------------------------------------------------- what faces may ask

export interface Explanation {
  readonly verdict: 'admitted'
  readonly mode: 'threshold' | 'dp'
  readonly releases: readonly {
    readonly name: string
    readonly keys: readonly string[]
    readonly measures: readonly string[]
    readonly products: readonly string[]
    readonly units: readonly string[]
    /** The SQL that would run in the vault. */
    readonly vaultSql: readonly string[]
  }[]
  readonly postSql: string
  readonly columns: readonly string[]
  readonly uses: readonly { product: string; column: string; uses: readonly string[] }[]
  readonly charge: Charge
  /** rho left in each scope after this query, in 1e-12 units; empty in threshold mode. */
  readonly remaining: readonly { scope: string; picoRho: bigint }[]
}

export interface ReleasedResult {
  readonly job: JobId
  readonly columns: readonly TableColumn[]
  readonly rows: readonly (readonly (string | null)[])[]
  /** SHA-256 of the canonical bytes, as the receipt states it. */
  readonly digest: string
  /** The canonical bytes themselves (encoding `res-v1`). */
  readonly bytes: Uint8Array
  readonly guarantee: { readonly en: string; readonly zh: string }
}

/** Everything a face can do. Each method decides for itself whether this principal may. */
export interface Service {
  authenticate(token: string | undefined): Result<Principal>
  submit(principal: Principal, request: JobRequest, idempotencyKey?: string): Promise<Result<Job>>
  explain(principal: Principal, request: JobRequest): Promise<Result<Explanation>>
  findJob(principal: Principal, job: JobId): Promise<Result<Job>>
  listJobs(principal: Principal): Promise<Result<readonly Job[]>>
  cancelJob(principal: Principal, job: JobId): Promise<Result<Job>>
  result(principal: Principal, job: JobId): Promise<Result<ReleasedResult>>
  /** The receipt as a JSON document that verifies offline. */
  receipt(principal: Principal, job: JobId): Promise<Result<Uint8Array>>
  replay(principal: Principal, job: JobId): Promise<Result<ReplayReport>>
  checkpoint(principal: Principal): Result<string>
  /** Text of the policy that trusts this log and asks for no witness. */
  trustPolicy(principal: Principal): Result<string>
  auditLeaf(principal: Principal, index: number): Promise<Result<Uint8Array>>
  inclusionProof(
    principal: Principal,
    index: number,
    size: number,
  ): Promise<Result<readonly string[]>>
  consistencyProof(
    principal: Principal,
    from: number,
    to: number,
  ): Promise<Result<readonly string[]>>
  tile(principal: Principal, path: string): Promise<Result<Uint8Array>>
  readiness(): { readonly ready: boolean; readonly reasons: readonly string[] }
}
