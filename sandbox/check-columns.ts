/**
 * Strict conversion of source columns to declared types, as SQL: per column a typed expression and
 * the reason why a row is refused. The engine's own casts are too kind for this: they read `1.7`
 * as the integer 2, round decimals and accept `1e3`.
 */

import { quoteName, quoteText } from './lockdown.ts'
import type { ImportFault, ImportTask } from './protocol.ts'

type Declared = ImportTask['products'][number]['columns'][number]

/** Reasons of single rows, in the order in which they are tried. */
const REASONS = ['null', 'not_finite', 'wrong_type', 'lossy', 'domain'] as const
const CODES_PER_COLUMN = 8

export interface CheckedColumn {
  /** The value in its declared type, NULL where it is refused. */
  readonly typed: string
  /** `WHEN` branches that yield the fault code of the first refusal. */
  readonly refusals: string
}

/** Types whose text is read back by the same rules as a CSV field. */
const CONVERTIBLE =
  /^(?:BOOLEAN|U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DATE|TIMESTAMP|DECIMAL\(\d+,\d+\)|VARCHAR)$/

/**
 * @param index Position among the declared columns; it is part of the fault codes.
 * @param sourceType The engine's name of the type that the source has.
 * @returns `undefined` where no value of the source type can be converted.
 */
export function checkColumn(
  declared: Declared,
  index: number,
  sourceType: string,
): CheckedColumn | undefined {
  const source = quoteName(declared.name)
  if (sourceType === declared.type && sourceType !== 'VARCHAR')
    return checked(declared, index, { source, typed: source, wrongType: 'false', lossy: 'false' })
  if (!CONVERTIBLE.test(sourceType)) return undefined
  if (declared.type === 'VARCHAR' && sourceType !== 'VARCHAR') return undefined
  const text = `CAST(${source} AS VARCHAR)`
  const typed = `TRY_CAST(${text} AS ${declared.type})`
  const shape = shapeOf(declared.type, sourceType === 'VARCHAR')
  const wrongType = `NOT regexp_full_match(${text}, ${quoteText(shape)}) OR ${typed} IS NULL`
  return checked(declared, index, { source, typed, wrongType, lossy: lossyDecimal(declared, text) })
}

interface Expressions {
  readonly source: string
  readonly typed: string
  readonly wrongType: string
  readonly lossy: string
}

function checked(declared: Declared, index: number, expressions: Expressions): CheckedColumn {
  const { source, typed } = expressions
  const conditions: Readonly<Record<(typeof REASONS)[number], string>> = {
    null: declared.nullable ? 'false' : `${source} IS NULL`,
    not_finite: notFinite(declared.type, source),
    wrong_type: `${source} IS NOT NULL AND (${expressions.wrongType})`,
    lossy: `${source} IS NOT NULL AND (${expressions.lossy})`,
    domain: outsideDomain(declared.domain, `CAST(${typed} AS VARCHAR)`),
  }
  const refusals = REASONS.map(
    (reason, code) => `WHEN ${conditions[reason]} THEN ${index * CODES_PER_COLUMN + code + 1}`,
  )
  return { typed, refusals: refusals.join(' ') }
}

/** What a fault code says: which declared column, and why. */
export function readFaultCode(code: number): {
  readonly column: number
  readonly reason: ImportFault['reason']
} {
  const column = Math.floor((code - 1) / CODES_PER_COLUMN)
  return { column, reason: REASONS[(code - 1) % CODES_PER_COLUMN] ?? 'wrong_type' }
}

/** Spellings of one type. Typed sources print whole numbers as `3.0`, which a CSV field may not. */
function shapeOf(type: string, isText: boolean): string {
  switch (type.replace(/\(.*/, '')) {
    case 'VARCHAR':
      return '(?s).*'
    case 'BOOLEAN':
      return '(?i)true|false'
    case 'DATE':
      return '\\d{4}-\\d{2}-\\d{2}'
    case 'TIMESTAMP':
      return '\\d{4}-\\d{2}-\\d{2}[ T]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?'
    case 'DOUBLE':
      return '-?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?'
    case 'DECIMAL':
      return '-?\\d+(\\.\\d+)?'
    default:
      return isText ? '-?\\d+' : '-?\\d+(\\.0+)?'
  }
}

function lossyDecimal({ type }: Declared, text: string): string {
  const scale = /^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1]
  if (scale === undefined) return 'false'
  return `NOT regexp_full_match(${text}, ${quoteText(`[^.]*(\\.\\d{0,${scale}}0*)?`)})`
}

function notFinite(type: string, source: string): string {
  if (type === 'DOUBLE') {
    const words = quoteText('(?i)[+-]?(nan|inf|infinity)')
    const text = `CAST(${source} AS VARCHAR)`
    const isWord = `coalesce(regexp_full_match(${text}, ${words}), false)`
    return `${isWord} OR NOT coalesce(isfinite(TRY_CAST(${source} AS DOUBLE)), true)`
  }
  if (type !== 'DATE' && type !== 'TIMESTAMP') return 'false'
  return `NOT coalesce(isfinite(TRY_CAST(${source} AS ${type})), true)`
}

function outsideDomain(domain: readonly string[] | undefined, text: string): string {
  if (domain === undefined) return 'false'
  if (domain.length === 0) return `${text} IS NOT NULL`
  return `${text} NOT IN (${domain.map(quoteText).join(', ')})`
}
