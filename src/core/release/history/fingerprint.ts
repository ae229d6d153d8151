/**
 * How far apart two cohorts are, from sums over them. Every unit has a secret number x; a cohort's fingerprint
 * is the list of power sums of its units' numbers. Fingerprints add and subtract like cohorts, and when
 * few units differ, the difference obeys a linear recurrence as long as their number.
 *
 * @see Massey (1969), Shift-register synthesis and BCH decoding.
 */

import { assert } from '../../../model/assert.ts'

/** Power sums of order 0, 1, 2, ... modulo `PRIME`. */
export type Fingerprint = readonly bigint[]

/** Large enough that among millions of units no two share a number, in all likelihood. */
export const PRIME = 2n ** 61n - 1n

/** Terms beyond the necessary, each of which lets a large difference pass for a small one 2^61 times less often. */
const SPARE_TERMS = 4

/** Power sums needed to recognise up to `limit` differences. */
export function termCount(limit: number): number {
  return 2 * limit + SPARE_TERMS
}

/** `sum of signs[i] * fingerprints[i]`, term by term, over as many terms as asked for. */
export function combine(
  fingerprints: readonly Fingerprint[],
  signs: readonly bigint[],
  count: number,
): Fingerprint {
  return Array.from({ length: count }, (_, term) =>
    modulo(
      fingerprints.reduce((sum, powers, i) => {
        const power = powers[term]
        assert(power !== undefined, 'a fingerprint has all its terms')
        return sum + (signs[i] ?? 0n) * power
      }, 0n),
    ),
  )
}

/**
 * The number of units with a coefficient other than zero, when it is at most `limit`; undefined when there are more.
 * Never undefined for fewer: the mistake that is possible, with odds of 2^-244, is to take many for few.
 */
export function supportSize(difference: Fingerprint, limit: number): number | undefined {
  let connection: readonly bigint[] = [1n]
  let previous: readonly bigint[] = [1n]
  let previousDiscrepancy = 1n
  let length = 0
  let gap = 1
  for (let n = 0; n < difference.length; n++) {
    const discrepancy = discrepancyAt(difference, connection, length, n)
    if (discrepancy === 0n) {
      gap++
      continue
    }
    const factor = modulo(discrepancy * inverse(previousDiscrepancy))
    const next = subtractShifted(connection, previous, factor, gap)
    if (2 * length <= n) {
      previous = connection
      previousDiscrepancy = discrepancy
      length = n + 1 - length
      gap = 1
      if (length > limit) return undefined
    } else gap++
    connection = next
  }
  return length
}

function discrepancyAt(
  sequence: Fingerprint,
  connection: readonly bigint[],
  length: number,
  n: number,
): bigint {
  let sum = 0n
  for (let i = 0; i <= length; i++) sum += (connection[i] ?? 0n) * (sequence[n - i] ?? 0n)
  return modulo(sum)
}

/** `a - factor * x^shift * b`, as polynomials. */
function subtractShifted(
  a: readonly bigint[],
  b: readonly bigint[],
  factor: bigint,
  shift: number,
): readonly bigint[] {
  const length = Math.max(a.length, b.length + shift)
  return Array.from({ length }, (_, i) => modulo((a[i] ?? 0n) - factor * (b[i - shift] ?? 0n)))
}

function inverse(value: bigint): bigint {
  let [a, b] = [value, PRIME]
  let [x, y] = [1n, 0n]
  while (b !== 0n) {
    const quotient = a / b
    ;[a, b] = [b, a - quotient * b]
    ;[x, y] = [y, x - quotient * y]
  }
  return modulo(x)
}

function modulo(value: bigint): bigint {
  const rest = value % PRIME
  return rest < 0n ? rest + PRIME : rest
}
