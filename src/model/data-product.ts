/** A data product: one published table, its columns, what each may be used for, and whom it protects. */

import { z } from 'zod'

/** Identifiers of products, columns and units. Lower case, so that names never need folding. */
export const Identifier = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/)

export const UnitName = Identifier.brand<'UnitName'>()
/** A kind of privacy unit, such as `person` or `firm`. */
export type UnitName = z.infer<typeof UnitName>

/**
 * What a column may do in a query. `band_key` is a group key that must be coarsened first: by CASE
 * over literal cut points, or to the quarter of a date and above. `none` is the default: a column without uses is never readable. */
export const ColumnUse = z.enum(['join_key', 'group_key', 'band_key', 'filter', 'aggregate'])
export type ColumnUse = z.infer<typeof ColumnUse>

export const ColumnType = z
  .string()
  .regex(
    /^(VARCHAR|BOOLEAN|DATE|TIMESTAMP|TINYINT|SMALLINT|INTEGER|BIGINT|DOUBLE|DECIMAL\((?:[1-9]|[12]\d|3[0-8]),(?:\d|1\d)\))$/,
  )

/** A decimal as text: exact, whatever its size. */
const DecimalText = z.string().regex(/^-?(?:0|[1-9]\d{0,17})(?:\.\d{1,9})?$/)

/** Bounds and lattice of a measure: values are clamped to [lower, upper] and rounded to `step`. */
export const MeasureBounds = z.strictObject({
  lower: DecimalText,
  upper: DecimalText,
  /** The lattice step, a power of ten such as `0.01` or `1`. */
  step: z.string().regex(/^(?:1|10+|0\.0{0,8}1)$/),
})
export type MeasureBounds = Readonly<z.infer<typeof MeasureBounds>>

export const Column = z.strictObject({
  name: Identifier,
  title: z.strictObject({ en: z.string(), zh: z.string() }),
  type: ColumnType,
  nullable: z.boolean().default(false),
  role: z.enum(['direct_identifier', 'quasi_identifier', 'sensitive', 'plain']),
  uses: z.array(ColumnUse).default([]),
  /** Required when `aggregate` is among the uses and the type is numeric. */
  measure: MeasureBounds.optional(),
  /** A public list of every value the column may take, in the order in which tables show it. */
  domain: z.array(z.string()).optional(),
})
export type Column = z.infer<typeof Column>

export const DataProduct = z.strictObject({
  id: Identifier,
  title: z.strictObject({ en: z.string(), zh: z.string() }),
  /** Products of one dataset are imported together and share unit numbers. */
  dataset: Identifier,
  provider: z.string(),
  grade: z.enum(['general-1', 'general-2', 'general-3', 'general-4', 'important', 'core']),
  status: z.enum(['available', 'negative_list', 'emergency_only', 'no_provider_consent']),
  /** Units protected in this table, the main one first; empty for a public reference table. */
  units: z.array(z.strictObject({ unit: UnitName, column: Identifier })).default([]),
  columns: z.array(Column).min(1),
})
export type DataProduct = z.infer<typeof DataProduct>
