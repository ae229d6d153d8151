/** The state machine of a job as a table; `docs/job-states.md` is generated from it. */

import type { EntryType } from '../../model/audit-entry.ts'
import type { JobState } from '../../model/job.ts'

/** Legal moves. A state without moves is final. */
export const NEXT_STATES: Readonly<Record<JobState, readonly JobState[]>> = {
  submitted: ['admitted', 'refused', 'failed', 'cancelled'],
  admitted: ['queued', 'refused', 'failed', 'cancelled', 'cancelled_by_suspension'],
  refused: [],
  // From queued to released: an earlier release of the same question is the answer.
  queued: ['running', 'released', 'failed', 'cancelled', 'cancelled_by_suspension'],
  running: ['running', 'computed', 'failed', 'cancelled', 'cancelled_by_suspension'],
  computed: [
    'running',
    'quarantined',
    'released',
    'failed',
    'cancelled_by_suspension',
    'aborted_linkage',
  ],
  quarantined: ['released', 'rejected', 'cancelled_by_suspension', 'aborted_linkage'],
  released: ['archived'],
  rejected: ['archived'],
  archived: [],
  failed: [],
  cancelled: [],
  cancelled_by_suspension: [],
  aborted_linkage: [],
}

/** The state a job is in after an entry; entries that are absent leave the state as it is. */
export const STATE_AFTER: Readonly<Partial<Record<EntryType, JobState>>> = {
  'job.submitted': 'submitted',
  'job.planned': 'admitted',
  'job.refused': 'refused',
  'budget.charged': 'queued',
  'job.started': 'running',
  'job.finished': 'computed',
  'result.released': 'released',
  'job.failed': 'failed',
  'job.cancelled': 'cancelled',
}

export function isFinal(state: JobState): boolean {
  return NEXT_STATES[state].length === 0 || state === 'released' || state === 'rejected'
}
