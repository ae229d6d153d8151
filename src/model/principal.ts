/** Who asks. Identity comes from a token; what they may do comes from agreements and policies. */

import { z } from 'zod'

export const PrincipalId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.@-]{0,63}$/)
  .brand<'PrincipalId'>()
export type PrincipalId = z.infer<typeof PrincipalId>

export const Role = z.enum(['operator', 'steward', 'checker', 'auditor', 'administrator'])
export type Role = z.infer<typeof Role>

export const Principal = z.strictObject({
  id: PrincipalId,
  /** The legal person on whose behalf the principal acts; agreements name organisations. */
  organisation: z.string().min(1).max(128),
  roles: z.array(Role).min(1),
})
export type Principal = Readonly<z.infer<typeof Principal>>
