/** SHA-256 digests as lower-case hex, branded so that they are not mistaken for other strings. */

import { z } from 'zod'

export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'Sha256'>()
export type Sha256 = z.infer<typeof Sha256>
