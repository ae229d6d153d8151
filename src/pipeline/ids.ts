/** Identifiers from random bytes. */

import type { JobId } from '../model/job.ts'

/** Crockford's alphabet in lower case: no letters that are mistaken for digits. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** 26 letters of 5 bits: 130 bits, so ids cannot be guessed. @param random At least 26 bytes. */
export function jobIdOf(random: Uint8Array): JobId {
  const letters = [...random.subarray(0, 26)].map((byte) => ALPHABET.charAt(byte & 31))
  return `job_${letters.join('')}` as JobId
}
