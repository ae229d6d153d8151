/** The positive decision about a request, and everything that determined it. */

import type { Agreement } from './agreement.ts'
import type { DataProduct } from './data-product.ts'
import type { Sha256 } from './digest.ts'
import type { Principal } from './principal.ts'
import type { ReleasePolicy } from './release-policy.ts'

/** Policies as loaded at one moment, with digests of their canonical forms. */
export interface PolicySet {
  readonly products: ReadonlyMap<string, DataProduct>
  readonly agreements: ReadonlyMap<string, Agreement>
  readonly releases: ReadonlyMap<string, ReleasePolicy>
  /** Digest over all of the above: what `admin.policies` entries and receipts name. */
  readonly digest: Sha256
}

export interface Grant {
  readonly principal: Principal
  readonly agreement: Agreement
  readonly agreementDigest: Sha256
  readonly release: ReleasePolicy
  readonly releaseDigest: Sha256
  /** The products the agreement lists, and those only. */
  readonly products: ReadonlyMap<string, DataProduct>
}
