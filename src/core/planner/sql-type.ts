/** The engine's scalar types that statements and generated SQL may name. */

export const SIMPLE_TYPES = [
  'NULL',
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'DOUBLE',
  'VARCHAR',
  'DATE',
  'TIMESTAMP',
  'INTERVAL',
] as const
type SimpleTypeName = (typeof SIMPLE_TYPES)[number]

export interface SimpleType {
  readonly name: SimpleTypeName
}

export interface DecimalType {
  readonly name: 'DECIMAL'
  readonly width: number
  readonly scale: number
}

export type SqlType = SimpleType | DecimalType

export const NULL_TYPE: SimpleType = { name: 'NULL' }
export const BOOLEAN: SimpleType = { name: 'BOOLEAN' }
export const INTEGER: SimpleType = { name: 'INTEGER' }
export const BIGINT: SimpleType = { name: 'BIGINT' }
export const HUGEINT: SimpleType = { name: 'HUGEINT' }
export const DOUBLE: SimpleType = { name: 'DOUBLE' }
export const VARCHAR: SimpleType = { name: 'VARCHAR' }
export const DATE: SimpleType = { name: 'DATE' }
export const TIMESTAMP: SimpleType = { name: 'TIMESTAMP' }

const INTEGERS: readonly string[] = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT']

export function decimal(width: number, scale: number): DecimalType {
  return { name: 'DECIMAL', width, scale }
}

export function typeText(type: SqlType): string {
  return type.name === 'DECIMAL' ? `DECIMAL(${type.width},${type.scale})` : type.name
}

/** Reads a type as product files write it, such as `DECIMAL(12,2)`. */
export function parseType(text: string): SqlType | undefined {
  const [, width, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(text) ?? []
  if (width !== undefined && scale !== undefined) return decimal(Number(width), Number(scale))
  const name = SIMPLE_TYPES.find((simple) => simple === text)
  return name === undefined ? undefined : { name }
}

export function isInteger(type: SqlType): boolean {
  return INTEGERS.includes(type.name)
}

export function isNumeric(type: SqlType): boolean {
  return isInteger(type) || type.name === 'DOUBLE' || type.name === 'DECIMAL'
}

/** Types whose values compare with each other without a conversion that can fail. */
export type TypeFamily = 'null' | 'boolean' | 'number' | 'text' | 'time' | 'interval'

export function familyOf(type: SqlType): TypeFamily {
  if (isNumeric(type)) return 'number'
  if (type.name === 'DATE' || type.name === 'TIMESTAMP') return 'time'
  if (type.name === 'VARCHAR') return 'text'
  if (type.name === 'BOOLEAN') return 'boolean'
  return type.name === 'INTERVAL' ? 'interval' : 'null'
}

/** The type of a value that may come from several expressions; they share one family. */
export function commonType(types: readonly SqlType[]): SqlType {
  const known = types.filter((type) => type.name !== 'NULL')
  const [first = NULL_TYPE] = known
  if (known.every((type) => type.name === first.name && type.name !== 'DECIMAL')) return first
  if (familyOf(first) === 'number') {
    if (known.some((type) => type.name === 'DOUBLE')) return DOUBLE
    if (known.every(isInteger)) return BIGINT
    return widestDecimal(known)
  }
  return familyOf(first) === 'time' ? TIMESTAMP : first
}

function widestDecimal(types: readonly SqlType[]): SqlType {
  const scale = Math.max(...types.map((type) => (type.name === 'DECIMAL' ? type.scale : 0)))
  const whole = Math.max(...types.map((type) => wholeDigits(type)))
  return decimal(Math.min(38, whole + scale), scale)
}

/** Digits before the point that a numeric type can hold. */
export function wholeDigits(type: SqlType): number {
  if (type.name === 'DECIMAL') return type.width - type.scale
  return { TINYINT: 3, SMALLINT: 5, INTEGER: 10, BIGINT: 19, HUGEINT: 38 }[type.name as string] ?? 0
}
