/** One column of canonical text as Arrow data. The table of types is in `arrow.ts`. */

import {
  Bool,
  type Data,
  DateDay,
  Decimal,
  Float64,
  Int32,
  Int64,
  makeData,
  Utf8,
} from 'apache-arrow'
import type { TextValue } from '../../model/table.ts'
import {
  parseBoolean,
  parseDays,
  parseDouble,
  parseInt32,
  parseInt64,
  parseUnscaled,
} from './parse-value.ts'

type Values = readonly TextValue[]

/** What every Arrow column says about its rows. */
interface Rows {
  readonly length: number
  readonly nullCount: number
  readonly nullBitmap?: Uint8Array
}

/** Answers `undefined` when one of the values does not fit. */
type Encoder = (values: Values, rows: Rows) => Data | undefined

/** @param type The engine's type name, such as `BIGINT` or `DECIMAL(38,2)`. */
export function encodeColumn(type: string, values: Values): Data {
  const rows = describeRows(values)
  return chooseEncoder(type)?.(values, rows) ?? encodeText(values, rows)
}

function chooseEncoder(type: string): Encoder | undefined {
  switch (type) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
      return encodeInt32
    case 'BIGINT':
      return encodeInt64
    case 'FLOAT':
    case 'DOUBLE':
      return encodeDouble
    case 'DATE':
      return encodeDate
    case 'BOOLEAN':
      return encodeBoolean
    default:
      return chooseDecimal(type)
  }
}

function chooseDecimal(type: string): Encoder | undefined {
  const [, precision, scale] = type.match(/^DECIMAL\((\d+),(\d+)\)$/)?.map(Number) ?? []
  if (precision === undefined || scale === undefined || precision > 38) return undefined
  return (values, rows) => encodeDecimal(values, rows, { precision, scale })
}

const encodeInt32: Encoder = (values, rows) => {
  const data = new Int32Array(values.length)
  return fill(data, values, parseInt32) && makeData({ ...rows, type: new Int32(), data })
}

const encodeInt64: Encoder = (values, rows) => {
  const data = new BigInt64Array(values.length)
  return fill(data, values, parseInt64) && makeData({ ...rows, type: new Int64(), data })
}

const encodeDouble: Encoder = (values, rows) => {
  const data = new Float64Array(values.length)
  return fill(data, values, parseDouble) && makeData({ ...rows, type: new Float64(), data })
}

const encodeDate: Encoder = (values, rows) => {
  const data = new Int32Array(values.length)
  return fill(data, values, parseDays) && makeData({ ...rows, type: new DateDay(), data })
}

const encodeBoolean: Encoder = (values, rows) => {
  const bits = values.map((value) => (value === null ? false : parseBoolean(value)))
  if (bits.includes(undefined)) return undefined
  return makeData({ ...rows, type: new Bool(), data: packBits(bits.map((bit) => bit === true)) })
}

/** Decimal128 is a 128-bit two's complement integer, low word first. */
function encodeDecimal(
  values: Values,
  rows: Rows,
  { precision, scale }: { readonly precision: number; readonly scale: number },
): Data | undefined {
  const words = new BigUint64Array(2 * values.length)
  for (const [index, value] of values.entries()) {
    if (value === null) continue
    const unscaled = parseUnscaled(value, precision, scale)
    if (unscaled === undefined) return undefined
    words[2 * index] = BigInt.asUintN(64, unscaled)
    words[2 * index + 1] = BigInt.asUintN(64, unscaled >> 64n)
  }
  const type = new Decimal(scale, precision, 128)
  return makeData({ ...rows, type, data: new Uint32Array(words.buffer) })
}

function encodeText(values: Values, rows: Rows): Data {
  const texts = values.map((value) => Buffer.from(value ?? '', 'utf8'))
  const valueOffsets = new Int32Array(values.length + 1)
  for (const [index, text] of texts.entries())
    valueOffsets[index + 1] = (valueOffsets[index] ?? 0) + text.length
  return makeData({ ...rows, type: new Utf8(), valueOffsets, data: Buffer.concat(texts) })
}

/** Parses every value into its place, or gives up at the first that does not fit. */
function fill<V extends number | bigint>(
  target: { [index: number]: V },
  values: Values,
  parse: (text: string) => V | undefined,
): true | undefined {
  for (const [index, value] of values.entries()) {
    if (value === null) continue
    const parsed = parse(value)
    if (parsed === undefined) return undefined
    target[index] = parsed
  }
  return true
}

function describeRows(values: Values): Rows {
  const valid = values.map((value) => value !== null)
  const nullCount = valid.filter((isValid) => !isValid).length
  if (nullCount === 0) return { length: values.length, nullCount }
  return { length: values.length, nullCount, nullBitmap: packBits(valid) }
}

/** Least significant bit first, as Arrow packs bits. */
function packBits(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  for (const [index, bit] of bits.entries())
    if (bit) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7))
  return bytes
}
