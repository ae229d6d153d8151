/** An agreement: which organisation may use which columns of which products, how, for what and until when. */

import { z } from 'zod'
import { ColumnUse, Identifier } from './data-product.ts'

export const AgreementId = z
  .string()
  .regex(/^[A-Z][A-Z0-9-]{0,31}$/)
  .brand<'AgreementId'>()
export type AgreementId = z.infer<typeof AgreementId>

const ColumnPath = z.string().regex(/^[a-z][a-z0-9_]{0,62}\.[a-z][a-z0-9_]{0,62}$/)

export const Agreement = z.strictObject({
  id: AgreementId,
  version: z.int().min(1),
  title: z.strictObject({ en: z.string(), zh: z.string() }),
  state: z.enum(['draft', 'reviewed', 'active', 'suspended', 'terminated', 'expired', 'closed']),
  mode: z.enum(['whole', 'domain', 'scenario']),
  parties: z.array(
    z.strictObject({
      organisation: z.string().min(1),
      role: z.enum(['implementing_agency', 'operator', 'recipient']),
    }),
  ),
  purpose: z.strictObject({
    code: z.string().regex(/^[a-z]+(\.[a-z]+)*$/),
    class: z.enum(['industry', 'public_interest', 'public_governance']),
  }),
  /** Calendar days, both included, in the time zone of the agency. */
  term: z.strictObject({ from: z.iso.date(), to: z.iso.date() }),
  /** Product -> column -> permitted uses. A column that is not listed may not be read at all. */
  products: z.record(Identifier, z.record(Identifier, z.array(ColumnUse).min(1))),
  /** Pairs of columns that may be joined. Empty means: no joins. */
  joins: z.array(z.tuple([ColumnPath, ColumnPath])).default([]),
  outputs: z.array(z.enum(['aggregate', 'model', 'score'])).min(1),
  /** Name of the release policy that decides what may leave. */
  release: Identifier,
  basis: z.array(z.string()).default([]),
})
export type Agreement = z.infer<typeof Agreement>
