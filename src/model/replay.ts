/** What a replay found, and the stage that differed first. */

export const REPLAY_VERDICTS = [
  'MATCH',
  'MATCH_OTHER_ENV',
  'LOG_INVALID',
  'INPUT_CHANGED',
  'NOT_REPLAYABLE',
  'PLAN_DRIFT',
  'ENV_DRIFT',
  'NONDETERMINISTIC',
  'RESULT_MISMATCH',
] as const
export type ReplayVerdict = (typeof REPLAY_VERDICTS)[number]

export interface ReplayReport {
  readonly job: string
  readonly verdict: ReplayVerdict
  /** The first stage that differs; absent on a match. */
  readonly stage?: 'log' | 'inputs' | 'plan' | 'cells' | 'release' | 'encoding'
  /** Settings that differ from the recorded environment: name, recorded, now. */
  readonly environment: readonly { name: string; recorded: string; now: string }[]
  /** Digests of the released bytes, which are out already. */
  readonly recordedDigest?: string
  readonly replayedDigest?: string
}
