/** Random bytes from the operating system's generator. */

import { randomBytes } from 'node:crypto'
import type { RandomSource } from '../pipeline/ports.ts'

export const secureRandom: RandomSource = {
  bytes: (count) => randomBytes(count),
}
