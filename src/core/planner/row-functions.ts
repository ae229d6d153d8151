/**
 * Scalar functions that may touch protected rows, with their result types and whether they can
 * fail. One that can fail is wrapped in TRY, so that no row can stop a job: a failure is a NULL.
 */

import {
  BIGINT,
  BOOLEAN,
  commonType,
  DATE,
  DOUBLE,
  decimal,
  familyOf,
  isInteger,
  isNumeric,
  type SqlType,
  TIMESTAMP,
  type TypeFamily,
  VARCHAR,
} from './sql-type.ts'

export interface RowFunction {
  /** The result type, or undefined when the operands do not fit. */
  readonly result: (types: readonly SqlType[]) => SqlType | undefined
  readonly canFail: (types: readonly SqlType[]) => boolean
  /** Operands that must be constants, and what they may be. */
  readonly constants: Readonly<Record<number, (text: string) => boolean>>
}

/** Operand families, `?` marking the start of the optional ones. */
type Shape = readonly (TypeFamily | '?')[]

const always = () => true
const never = () => false

function fixed(shape: Shape, type: SqlType, canFail: () => boolean = never): RowFunction {
  return { result: (types) => (fits(types, shape) ? type : undefined), canFail, constants: {} }
}

function withConstants(
  base: RowFunction,
  constants: Readonly<Record<number, (text: string) => boolean>>,
): RowFunction {
  return { ...base, constants }
}

function fits(types: readonly SqlType[], shape: Shape): boolean {
  const required = shape.includes('?') ? shape.indexOf('?') : shape.length
  const families = shape.filter((family) => family !== '?')
  return (
    types.length >= required &&
    types.length <= families.length &&
    types.every((type, index) => [families[index], 'null'].includes(familyOf(type)))
  )
}

/** Arithmetic on DOUBLE never fails: it yields infinities and NaN. Integers and decimals overflow. */
function arithmetic(onDates: (left: SqlType, right: SqlType) => SqlType | undefined): RowFunction {
  return {
    result: (types) => {
      if (areNumbers(types, 1, 2)) return arithmeticType(types)
      const [left, right] = types
      return left === undefined || right === undefined ? undefined : onDates(left, right)
    },
    canFail: (types) => !types.some((type) => type.name === 'DOUBLE'),
    constants: {},
  }
}

const isDay = (type: SqlType) => type.name === 'DATE'
const PLUS = arithmetic((left, right) => (isDay(left) && isInteger(right) ? DATE : undefined))
const MINUS = arithmetic((left, right) => {
  if (!isDay(left)) return undefined
  if (isDay(right)) return BIGINT
  return isInteger(right) ? DATE : undefined
})
const TIMES = arithmetic(() => undefined)

const INTEGER_DIVISION: RowFunction = {
  result: (types) => (types.length === 2 && types.every(isInteger) ? BIGINT : undefined),
  canFail: always,
  constants: {},
}

const DIVISION: RowFunction = fixed(['number', 'number'], DOUBLE)

const ROUNDING: RowFunction = {
  result: (types) => {
    const [type] = types
    if (!areNumbers(types, 1, 1) || type === undefined) return undefined
    return isInteger(type) ? DOUBLE : type
  },
  canFail: (types) => types.some((type) => type.name === 'DECIMAL'),
  constants: {},
}

/** ROUND keeps integers as they are, unlike FLOOR and CEIL. */
const ROUND: RowFunction = {
  result: (types) => (areNumbers(types, 1, 2) ? types[0] : undefined),
  canFail: (types) => types[0]?.name !== 'DOUBLE',
  constants: { 1: (text) => /^-?\d$/.test(text) },
}

const SAME_TYPE: RowFunction = {
  result: (types) => (areNumbers(types, 1, 1) ? types[0] : undefined),
  canFail: (types) => types[0]?.name !== 'DOUBLE',
  constants: {},
}

const CHOICE: RowFunction = {
  result: (types) => {
    const known = types.filter((type) => type.name !== 'NULL')
    const families = new Set(known.map(familyOf))
    if (types.length < 2 || families.size > 1) return undefined
    return commonType(types)
  },
  canFail: (types) => types.some((type) => type.name === 'DECIMAL'),
  constants: {},
}

const PARTS = new Set(
  'year quarter month week day hour minute second dow isodow doy isoyear decade century epoch'.split(
    ' ',
  ),
)
const isPart = (text: string) => PARTS.has(text.toLowerCase())
const TRUNCATIONS = new Set('year quarter month week day hour minute'.split(' '))
const isTruncation = (text: string) => TRUNCATIONS.has(text.toLowerCase())
/** Letters the engine knows, with plain separators. */
const isTimeFormat = (text: string) => /^(?:%[YmdHMSjuwyGVbBaA%-]|[-/:. 年月日T])+$/.test(text)
/** LIKE patterns without an escape are total. */
const isPattern = (text: string) => text.length <= 200

const TEXT_TEST = fixed(['text', 'text'], BOOLEAN)
const LIKE = withConstants(TEXT_TEST, { 1: isPattern })
const TEXT_CHANGE = fixed(['text'], VARCHAR)
/** Places in a text: constants, so small that no place is out of the engine's range. */
const isPlace = (text: string) => /^-?\d{1,4}$/.test(text)
const TEXT_PART = withConstants(fixed(['text', 'number'], VARCHAR), { 1: isPlace })
const SUBSTRING = withConstants(fixed(['text', 'number', '?', 'number'], VARCHAR), {
  1: isPlace,
  2: isPlace,
})
const LENGTH = fixed(['text'], BIGINT)
const TIME_PART = fixed(['time'], BIGINT)
const DIFFERENCE = withConstants(fixed(['text', 'time', 'time'], BIGINT, always), { 0: isPart })
const REAL = fixed(['number'], DOUBLE, always)

const FUNCTIONS: Readonly<Record<string, RowFunction>> = {
  '+': PLUS,
  '-': MINUS,
  '*': TIMES,
  '/': DIVISION,
  '//': INTEGER_DIVISION,
  '%': TIMES,
  abs: SAME_TYPE,
  round: ROUND,
  floor: ROUNDING,
  ceil: ROUNDING,
  ceiling: ROUNDING,
  trunc: ROUNDING,
  sqrt: REAL,
  ln: REAL,
  log10: REAL,
  log2: REAL,
  least: CHOICE,
  greatest: CHOICE,
  coalesce: CHOICE,
  ifnull: CHOICE,
  nullif: CHOICE,
  lower: TEXT_CHANGE,
  upper: TEXT_CHANGE,
  trim: TEXT_CHANGE,
  ltrim: TEXT_CHANGE,
  rtrim: TEXT_CHANGE,
  length: LENGTH,
  len: LENGTH,
  char_length: LENGTH,
  character_length: LENGTH,
  strlen: LENGTH,
  left: TEXT_PART,
  right: TEXT_PART,
  substring: SUBSTRING,
  substr: SUBSTRING,
  '[]': TEXT_PART,
  '[:]': SUBSTRING,
  '||': fixed(['text', 'text'], VARCHAR),
  starts_with: TEXT_TEST,
  prefix: TEXT_TEST,
  ends_with: TEXT_TEST,
  suffix: TEXT_TEST,
  contains: TEXT_TEST,
  '~~': LIKE,
  '!~~': LIKE,
  date_part: withConstants(fixed(['text', 'time'], BIGINT), { 0: isPart }),
  datepart: withConstants(fixed(['text', 'time'], BIGINT), { 0: isPart }),
  date_trunc: withConstants(fixed(['text', 'time'], TIMESTAMP, always), { 0: isTruncation }),
  datetrunc: withConstants(fixed(['text', 'time'], TIMESTAMP, always), { 0: isTruncation }),
  date_diff: DIFFERENCE,
  datediff: DIFFERENCE,
  date_sub: DIFFERENCE,
  datesub: DIFFERENCE,
  strftime: withConstants(fixed(['time', 'text'], VARCHAR, always), { 1: isTimeFormat }),
  last_day: fixed(['time'], DATE, always),
  year: TIME_PART,
  quarter: TIME_PART,
  month: TIME_PART,
  week: TIME_PART,
  day: TIME_PART,
  dayofmonth: TIME_PART,
  dayofweek: TIME_PART,
  dayofyear: TIME_PART,
  isodow: TIME_PART,
  isoyear: TIME_PART,
  hour: TIME_PART,
  minute: TIME_PART,
  second: TIME_PART,
}

export const ROW_FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS)

export function rowFunction(name: string): RowFunction | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
}

function areNumbers(types: readonly SqlType[], least: number, most: number): boolean {
  return (
    types.length >= least &&
    types.length <= most &&
    types.every((type) => isNumeric(type) || type.name === 'NULL')
  )
}

function arithmeticType(types: readonly SqlType[]): SqlType {
  if (types.some((type) => type.name === 'DOUBLE')) return DOUBLE
  const scales = types.map((type) => (type.name === 'DECIMAL' ? type.scale : 0))
  const scale = scales.reduce((sum, each) => sum + each, 0)
  return scales.every((each) => each === 0) ? BIGINT : decimal(38, Math.min(scale, 18))
}
