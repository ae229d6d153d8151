/** From a loader's report to the manifest of a snapshot. */

import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ImportFault } from '../../sandbox/protocol.ts'
import { canonicalJson } from '../model/canonical-json.ts'
import { Identifier, UnitName } from '../model/data-product.ts'
import { Sha256 } from '../model/digest.ts'
import { SnapshotManifest } from '../model/snapshot.ts'
import type { ImportOrder } from '../pipeline/ports.ts'

const LoadedTables = z.strictObject({
  tables: z.array(z.strictObject({ product: Identifier, rows: z.int().min(0), content: Sha256 })),
  units: z.array(z.strictObject({ unit: UnitName, count: z.int().min(0) })),
})
export type LoadedTables = z.infer<typeof LoadedTables>

const Fault: z.ZodType<ImportFault> = z.strictObject({
  reason: z.enum([
    'unreadable',
    'truncated',
    'unknown_product',
    'product_twice',
    'missing_column',
    'extra_column',
    'duplicate_column',
    'wrong_type',
    'null',
    'lossy',
    'not_finite',
    'domain',
  ]),
  source: z.int().min(0),
  product: Identifier.exactOptional(),
  column: Identifier.exactOptional(),
  row: z.int().min(0).exactOptional(),
  position: z.int().exactOptional(),
})

const LoaderReport = z.union([z.strictObject({ fault: Fault }), LoadedTables])

/** The loader has seen raw data, so its report is read as strictly as any other input. */
export function parseLoaderReport(text: Uint8Array): z.infer<typeof LoaderReport> | undefined {
  try {
    return LoaderReport.parse(JSON.parse(Buffer.from(text).toString('utf8')))
  } catch {
    return undefined
  }
}

export function manifestOf(
  { dataset, products }: ImportOrder,
  { tables, units }: LoadedTables,
  { engine, file }: { readonly engine: string; readonly file: SnapshotManifest['file'] },
): SnapshotManifest {
  const described = tables.map((table) => {
    const product = products.find(({ id }) => id === table.product)
    const columns = product?.columns.map(({ name, type }) => ({ name, type }))
    const productDigest = createHash('sha256')
      .update(canonicalJson(product ?? null))
      .digest('hex')
    return { ...table, productDigest, columns }
  })
  return SnapshotManifest.parse({ version: 1, dataset, file, engine, tables: described, units })
}
