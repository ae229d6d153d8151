/** Everything the command line gets from outside: streams, files, the network, and the work of other parts. */

import type { Principal } from '../model/principal.ts'
import type { Result } from '../model/result.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Language, Text } from '../model/text.ts'

/** Done, refused or failed, wrong usage. */
export type ExitCode = 0 | 1 | 2

export type Fetch = (url: string, init?: RequestInit) => Response | Promise<Response>

export interface World {
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
}

/** One thing a verifier looked at. */
export interface Check {
  readonly name: string
  readonly pass: boolean
  readonly detail: Text
}

export interface LogVerification {
  readonly ok: boolean
  /** Entries that the checkpoint covers. */
  readonly size: number
  readonly checks: readonly Check[]
  readonly firstBadEntry?: number
}

/** Offline verification, from `core/transparency`. Trust is the file that names the log's public key. */
export interface Verifiers {
  readonly verifyReceipt: (
    receipt: Uint8Array,
    options: { readonly result?: Uint8Array; readonly trust?: Uint8Array },
  ) => readonly Check[]
  /** @param readFile Reads `checkpoint` and `tile/...` of one log. */
  readonly verifyLog: (
    readFile: (path: string) => Promise<Uint8Array | undefined>,
    options: { readonly trust?: Uint8Array },
  ) => Promise<LogVerification>
}

export interface ServeOptions {
  readonly demo: boolean
  readonly home?: string
  readonly host?: string
  readonly port?: number
}

export interface ImportOptions {
  readonly dataset: string
  readonly sources: readonly { readonly path: string; readonly product?: string }[]
  readonly home?: string
  readonly onProgress: (percent: number) => void
}

export interface IdentityOptions {
  readonly principal: Principal
  readonly home?: string
}

/** Work that happens in this process rather than over HTTP. `main.ts` provides it. */
export interface LocalCommands {
  /** Resolves when the gateway has stopped. */
  readonly serve: (options: ServeOptions) => Promise<ExitCode>
  readonly demo: (options: { readonly language: Language }) => Promise<ExitCode>
  readonly import: (options: ImportOptions) => Promise<Result<Snapshot>>
  /** The only moment at which the token exists in clear. */
  readonly createIdentity: (options: IdentityOptions) => Promise<Result<{ readonly token: string }>>
}
