/** What a job's log entries only commit to: the statement and the wording of a refusal, in the vault. */

import { createHash } from 'node:crypto'
import { canonicalJson } from '../model/canonical-json.ts'
import type { JobId, JobRequest } from '../model/job.ts'
import type { Problem } from '../model/problem.ts'
import type { BlobStore } from './ports.ts'

export interface StoredRequest {
  readonly request: JobRequest
  /** 16 random bytes as hex: without it the commitment would be an oracle for short statements. */
  readonly salt: string
}

/** SHA-256 over salt and request: what the log holds instead of the SQL text. */
export function commitmentOf({ request, salt }: StoredRequest): string {
  return createHash('sha256')
    .update(`${salt}\n${canonicalJson({ ...request })}`)
    .digest('hex')
}

export async function storeRequest(
  vault: BlobStore,
  job: JobId,
  stored: StoredRequest,
): Promise<void> {
  await vault.write(`jobs/${job}/request`, encode(stored))
}

export async function loadRequest(
  vault: BlobStore,
  job: JobId,
): Promise<StoredRequest | undefined> {
  return decode<StoredRequest>(await vault.read(`jobs/${job}/request`))
}

export async function storeProblem(vault: BlobStore, job: JobId, problem: Problem): Promise<void> {
  await vault.write(`jobs/${job}/problem`, encode(problem))
}

export async function loadProblem(vault: BlobStore, job: JobId): Promise<Problem | undefined> {
  return decode<Problem>(await vault.read(`jobs/${job}/problem`))
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function decode<T>(bytes: Uint8Array | undefined): T | undefined {
  return bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as T)
}
