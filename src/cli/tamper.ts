/**
 * Changes one bit of one entry in a copy of a log, as someone would who wants an event to have
 * happened a second earlier or later. For the demo.
 *
 * @see https://c2sp.org/tlog-tiles#log-entries for the format of a bundle
 */

import type { LogCopy } from './demo-stage.ts'

const BUNDLE_WIDTH = 256
/** Where the last digit of the seconds stands in `2026-01-05T08:00:03.123Z`. */
const SECONDS = 18
const TIME_FIELD = '"ts":"'

export interface Tampering {
  readonly index: number
  /** Time of the entry as it was and as it now reads. */
  readonly before: string
  readonly after: string
}

/**
 * Alters the time of the entry that `isTarget` picks out of the first bundle, or of the middle one.
 *
 * @param size Entries in the log.
 * @returns What was changed, or undefined when the copy holds no such bundle.
 */
export async function tamperWithTime(
  copy: LogCopy,
  size: number,
  isTarget: (leaf: string) => boolean,
): Promise<Tampering | undefined> {
  const path = bundlePath(size)
  const original = await copy.read(path)
  if (original === undefined) return undefined
  const bytes = Buffer.from(original)
  const places = locateEntries(bytes)
  const wanted = places.findIndex(({ from, to }) => isTarget(bytes.toString('utf8', from, to)))
  const index = wanted < 0 ? Math.floor(places.length / 2) : wanted
  const place = places[index]
  const time = place && bytes.indexOf(TIME_FIELD, place.from) + TIME_FIELD.length
  if (time === undefined || time < TIME_FIELD.length) return undefined
  const read = (): string => bytes.toString('utf8', time, time + SECONDS + 1)
  const before = read()
  // The lowest bit of a digit: 0 and 1, 2 and 3, ... change places.
  bytes[time + SECONDS] = (bytes[time + SECONDS] ?? 0) ^ 1
  await copy.write(path, bytes)
  return { index, before, after: read() }
}

function bundlePath(size: number): string {
  return size < BUNDLE_WIDTH ? `tile/entries/000.p/${size}` : 'tile/entries/000'
}

/** Each entry is its length, two bytes with the high one first, and its bytes. */
function locateEntries(bundle: Buffer): { readonly from: number; readonly to: number }[] {
  const places: { from: number; to: number }[] = []
  for (let at = 0; at + 2 <= bundle.length; ) {
    const from = at + 2
    const to = from + bundle.readUInt16BE(at)
    places.push({ from, to })
    at = to
  }
  return places
}
