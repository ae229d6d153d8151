/** Builds committed entries by hand, for tests of folds over the log. */

import type { CommittedEntry, EntryDraft } from '../../src/model/audit-entry.ts'
import type { Sha256 } from '../../src/model/digest.ts'
import type { JobId } from '../../src/model/job.ts'
import type { PrincipalId } from '../../src/model/principal.ts'

export const JOB = 'job_00000000000000000000000000' as JobId

export function committed(index: number, draft: Partial<EntryDraft>): CommittedEntry {
  return {
    index,
    leafHash: index.toString(16).padStart(64, '0') as Sha256,
    leaf: new Uint8Array(),
    entry: {
      v: 1,
      id: String(index),
      ts: new Date(1_790_000_000_000 + index).toISOString(),
      boot: 'boot',
      mono: String(index),
      type: 'log.heartbeat',
      actor: { subject: 'analyst' as PrincipalId, organisation: 'org' },
      job: JOB,
      body: {},
      ...draft,
    },
  }
}
