/** Reads constants and type names of the engine's tree, exactly. */

import { JsonNumber, type JsonValue } from '../lossless-json.ts'
import type { ByteOffset } from '../refusal.ts'
import { decimal, SIMPLE_TYPES, type SqlType } from '../sql-type.ts'
import type { Expression, Literal } from '../syntax.ts'
import {
  asFlag,
  asIntegerText,
  asObject,
  asSmallInteger,
  asText,
  exactly,
  refuseForm,
  refuseTree,
} from './tree.ts'

/** Reads `{id, type_info}`. */
export function readType(value: JsonValue | undefined, at: ByteOffset): SqlType {
  const type = exactly(value, at, ['id', 'type_info'])
  const id = asText(type.get('id'), at)
  const info = type.get('type_info')
  if (id === 'DECIMAL' && info !== null) return readDecimal(info, at)
  const name = SIMPLE_TYPES.find((simple) => simple === id)
  if (name === undefined || info !== null) {
    return refuseForm(at, `The type ${id} is not supported here.`, `此处不支持 ${id} 类型。`)
  }
  return { name }
}

function readDecimal(value: JsonValue | undefined, at: ByteOffset): SqlType {
  const info = exactly(value, at, ['type', 'alias', 'extension_info', 'width', 'scale'])
  if (info.get('alias') !== '' || info.get('extension_info') !== null) return refuseTree(at)
  return decimal(asSmallInteger(info.get('width'), at), asSmallInteger(info.get('scale'), at))
}

/** Reads the value of a CONSTANT node. */
export function readLiteral(value: JsonValue | undefined, at: ByteOffset): Literal {
  const holder = asObject(value, at)
  const isNull = asFlag(holder.get('is_null'), at)
  exactly(value, at, isNull ? ['type', 'is_null'] : ['type', 'is_null', 'value'])
  const type = readType(holder.get('type'), at)
  const text = isNull ? '' : readValue(type, holder.get('value'), at)
  return { kind: 'literal', at, type: isNull ? { name: 'NULL' } : type, text }
}

function readValue(type: SqlType, value: JsonValue | undefined, at: ByteOffset): string {
  switch (type.name) {
    case 'VARCHAR':
      return asText(value, at)
    case 'BOOLEAN':
      return String(asFlag(value, at))
    case 'INTEGER':
    case 'BIGINT':
    case 'HUGEINT':
      return readInteger(value, at).toString()
    case 'DECIMAL':
      return placePoint(readInteger(value, at), type.scale)
    case 'DOUBLE':
      return value instanceof JsonNumber ? doubleText(value.text, at) : refuseTree(at)
    default:
      return refuseTree(at)
  }
}

function readInteger(value: JsonValue | undefined, at: ByteOffset): bigint {
  if (value instanceof JsonNumber) return BigInt(asIntegerText(value, at))
  const halves = exactly(value, at, ['upper', 'lower'])
  const upper = BigInt(asIntegerText(halves.get('upper'), at))
  return (upper << 64n) + BigInt(asIntegerText(halves.get('lower'), at))
}

function placePoint(digits: bigint, scale: number): string {
  if (scale === 0) return digits.toString()
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  return `${digits < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`
}

/** The shortest text that reads back as the same double. */
function doubleText(text: string, at: ByteOffset): string {
  const number = Number(text)
  if (!Number.isFinite(number)) {
    return refuseForm(at, 'The number is out of range.', '数值超出范围。')
  }
  return Object.is(number, -0) ? '-0' : String(number)
}

const DATE_TEXT = /^(\d{4})-(\d{2})-(\d{2})$/
const TIMESTAMP_TEXT = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?)?$/
const DECIMAL_TEXT = /^-?\d{1,38}(?:\.\d{1,38})?$/

/**
 * A cast of a text constant is a typed constant: the engine writes `DATE '2025-01-01'`, `TRUE` and
 * our own exact DOUBLE and DECIMAL constants that way. Undefined when it is not one of these.
 */
export function typedLiteral(operand: Expression, type: SqlType): Literal | undefined {
  if (operand.kind !== 'literal' || operand.type.name !== 'VARCHAR') return undefined
  const text = canonicalText(operand.text, type)
  return text === undefined ? undefined : { kind: 'literal', at: operand.at, type, text }
}

function canonicalText(text: string, type: SqlType): string | undefined {
  switch (type.name) {
    case 'BOOLEAN':
      return { t: 'true', true: 'true', f: 'false', false: 'false' }[text.toLowerCase()]
    case 'DATE':
      return isDay(DATE_TEXT.exec(text)) ? text : undefined
    case 'TIMESTAMP':
      return timestampText(text)
    case 'DOUBLE':
      return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
        ? doubleText(text, -1)
        : undefined
    case 'DECIMAL':
      return decimalText(text, type.width, type.scale)
    default:
      return undefined
  }
}

function timestampText(text: string): string | undefined {
  const match = TIMESTAMP_TEXT.exec(text)
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = ''] = match ?? []
  if (!isDay(match) || hour > '23' || minute > '59' || second > '59') return undefined
  return `${year}-${month}-${day} ${hour}:${minute}:${second}${fraction}`
}

function isDay(match: RegExpExecArray | null): boolean {
  const [, year = '', month = '', day = ''] = match ?? []
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${year}-${month}-${day}`)
}

/** Only texts that already have the type's scale, so that no digit is rounded away. */
function decimalText(text: string, width: number, scale: number): string | undefined {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const fits = DECIMAL_TEXT.test(text) && fraction.length === scale
  return fits && whole.replace(/^0+/, '').length + scale <= width ? text : undefined
}
