/**
 * Exposure: how much has been released about the most exposed unit. A unit in a released cell of n units gains
 * 1/n. Counts over random halves of a group can be solved for its members from an exposure of about one on.
 */

/** Millionths, rounded up, so that sums never understate. */
const MICRO = 1_000_000n

export interface ExposureLimits {
  /** From here on the receipt warns. */
  readonly warnMicro: bigint
  /** No release may take a unit beyond this. */
  readonly stopMicro: bigint
}

const DEFAULT_LIMITS: ExposureLimits = { warnMicro: 250_000n, stopMicro: 1_000_000n }

/** One cell about to leave, and the most that any of its units is exposed already. */
export interface ExposedCell {
  readonly units: bigint
  readonly highestMicro: bigint
}

export type ExposureVerdict = 'within' | 'warn' | 'stop'

/** What one released cell adds to each of its units. */
export function exposureMicro(units: bigint): bigint {
  return units <= 0n ? 0n : (MICRO + units - 1n) / units
}

/**
 * The verdict on a release, by its most exposed cell. Cells that were snapped add nothing.
 *
 * @param cells All cells of one node: a unit is in one of them, or is counted in each that it is in.
 */
export function judgeExposure(
  cells: readonly ExposedCell[],
  limits: ExposureLimits = DEFAULT_LIMITS,
): ExposureVerdict {
  let highest = 0n
  for (const { units, highestMicro } of cells) {
    const after = highestMicro + exposureMicro(units)
    if (after > highest) highest = after
  }
  if (highest > limits.stopMicro) return 'stop'
  return highest > limits.warnMicro ? 'warn' : 'within'
}
