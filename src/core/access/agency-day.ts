/** The calendar day at the agency, in which agreements state their terms. */

/** China has one time zone, UTC+8, without daylight saving time. */
const OFFSET_MS = 8 * 60 * 60 * 1000

/**
 * @param nowMs Milliseconds since the epoch, from the clock port.
 * @returns `YYYY-MM-DD`
 */
export function agencyDay(nowMs: number): string {
  return new Date(nowMs + OFFSET_MS).toISOString().slice(0, 10)
}
