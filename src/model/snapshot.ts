/** A snapshot: the immutable, content-addressed state of a dataset that jobs run on. */

import { z } from 'zod'
import { ColumnType, Identifier, UnitName } from './data-product.ts'
import { Sha256 } from './digest.ts'

export const SnapshotManifest = z.strictObject({
  version: z.literal(1),
  dataset: Identifier,
  /** Size and digest of the database file that vault workers open. */
  file: z.strictObject({ sizeBytes: z.int().min(1), sha256: Sha256 }),
  engine: z.string(),
  tables: z.array(
    z.strictObject({
      product: Identifier,
      /** Digest of the product file the rows were checked against. */
      productDigest: Sha256,
      rows: z.int().min(0),
      /** Digest of the rows, independent of their order and of the storage layout. */
      content: Sha256,
      columns: z.array(z.strictObject({ name: Identifier, type: ColumnType })),
    }),
  ),
  units: z.array(z.strictObject({ unit: UnitName, count: z.int().min(0) })),
})
export type SnapshotManifest = Readonly<z.infer<typeof SnapshotManifest>>

/** A snapshot as the pipeline names it: its manifest and the digest of the manifest's canonical form. */
export interface Snapshot {
  readonly digest: Sha256
  readonly manifest: SnapshotManifest
}
