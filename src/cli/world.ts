/** Everything the command line gets from outside: streams, files, the network, and the work of other parts. */

import type { IsolationReport } from '../model/isolation.ts'
import type { Principal, PrincipalId } from '../model/principal.ts'
import type { Result } from '../model/result.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Language, Text } from '../model/text.ts'

/** Done, refused or failed, wrong usage. */
export type ExitCode = 0 | 1 | 2

export type Fetch = (url: string, init?: RequestInit) => Response | Promise<Response>

export interface World {
  /** Of this program. */
  readonly version: string
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** Whether a person reads the output as it appears. */
  readonly isTerminal: boolean
  readonly fetch: Fetch
  /** The file's bytes, or undefined where no such file can be read. */
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>
  readonly writeFile: (path: string, bytes: Uint8Array) => Promise<void>
  readonly sleep: (ms: number) => Promise<void>
  readonly settings: { readonly url: string; readonly token?: string; readonly language: Language }
  readonly verifiers: Verifiers
  readonly commands: LocalCommands
  /** One line on why this machine could not do it, and what helps; undefined for a bug. */
  readonly explainFailure: (error: unknown) => Text | undefined
}

/** One thing a verifier looked at. */
export interface Check {
  readonly name: string
  readonly pass: boolean
  readonly detail: Text
}

/** One thing that is wrong with a log. Of entries, at least one from `from` through `through` is bad. */
export interface Finding {
  readonly check: string
  readonly from?: number
  readonly through?: number
  readonly detail: Text
}

export interface LogVerification {
  readonly ok: boolean
  /** Entries that the checkpoint covers. */
  readonly size: number
  readonly findings: readonly Finding[]
  readonly firstBad?: Finding
}

export interface LogToVerify {
  /** Reads `checkpoint` and `tile/...`; undefined where there is no such file. */
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>
  /** Text of a tlog-policy: which keys and witnesses count. */
  readonly policy: string
  /** Checkpoints that someone kept from earlier. */
  readonly held?: readonly string[]
}

/** Offline verification, from `core/transparency`. */
export interface Verifiers {
  /** @param trust Without a policy, the receipt's own is used and the report says so. */
  readonly verifyReceipt: (
    receipt: Uint8Array,
    trust: { readonly result?: Uint8Array; readonly policy?: string },
  ) => { readonly ok: boolean; readonly checks: readonly Check[] }
  /** Answers undefined when the policy is not one. */
  readonly verifyLog: (log: LogToVerify) => Promise<LogVerification | undefined>
  /** The policy that a receipt carries; undefined when this is no receipt. */
  readonly policyOf: (receipt: Uint8Array) => string | undefined
}

interface ServeOptions {
  readonly language: Language
  readonly demo: boolean
  /** Size of the demo province, 1 to 100; matters only when it is not there yet. */
  readonly scale: number
  readonly home?: string
  readonly host?: string
  readonly port?: number
}

interface ImportOptions {
  readonly dataset: string
  readonly sources: readonly { readonly path: string; readonly product?: string }[]
  /** Publish tables without rows too. */
  readonly allowEmpty: boolean
  readonly home?: string
  readonly onProgress: (percent: number) => void
}

interface HomeOptions {
  readonly home?: string
}

interface IdentityOptions extends HomeOptions {
  readonly principal: Principal
}

/** How well workers are sealed here, and what a higher level would take. */
export interface Diagnosis {
  readonly isolation: IsolationReport
  readonly hints: readonly Text[]
}

/** Work that happens in this process rather than over HTTP. `main.ts` provides it. */
export interface LocalCommands {
  /** Resolves when the gateway has stopped. */
  readonly serve: (options: ServeOptions) => Promise<ExitCode>
  readonly demo: (options: { readonly language: Language }) => Promise<ExitCode>
  readonly import: (options: ImportOptions) => Promise<Result<Snapshot>>
  readonly province: (options: { readonly target: string; readonly scale: number }) => Promise<void>
  readonly doctor: () => Promise<Diagnosis>
  /** The only moment at which the token exists in clear. */
  readonly createIdentity: (options: IdentityOptions) => Promise<Result<{ readonly token: string }>>
  readonly listIdentities: (options: HomeOptions) => Promise<readonly Principal[]>
  /** Whether there was one. */
  readonly revokeIdentity: (options: HomeOptions & { readonly id: PrincipalId }) => Promise<boolean>
  /** Text of the policy that trusts the log of this home; undefined while it has none. */
  readonly trustPolicy: (options: HomeOptions) => Promise<string | undefined>
  /** The new epoch; undefined where there is no noise key to follow. */
  readonly rotateNoiseKey: (options: HomeOptions) => Promise<number | undefined>
}
