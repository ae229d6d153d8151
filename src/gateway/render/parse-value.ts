/** Canonical text to values. Each parser answers `undefined` for text its type cannot hold exactly. */

const INT32_LIMIT = 2 ** 31
const MILLISECONDS_PER_DAY = 86_400_000

export function parseInt32(text: string): number | undefined {
  if (!/^-?\d{1,10}$/.test(text)) return undefined
  const value = Number(text)
  return value >= -INT32_LIMIT && value < INT32_LIMIT ? value : undefined
}

export function parseInt64(text: string): bigint | undefined {
  if (!/^-?\d{1,19}$/.test(text)) return undefined
  const value = BigInt(text)
  return BigInt.asIntN(64, value) === value ? value : undefined
}

export function parseDouble(text: string): number | undefined {
  if (/^nan$/i.test(text)) return Number.NaN
  const infinite = text.match(/^([+-]?)inf(inity)?$/i)
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

export function parseBoolean(text: string): boolean | undefined {
  if (text === 'true') return true
  return text === 'false' ? false : undefined
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar, years 0001 to 9999. */
export function parseDays(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined
  const milliseconds = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(milliseconds)) return undefined
  // Date.parse moves February 30 into March: such text is no date.
  const isReal = new Date(milliseconds).toISOString().startsWith(text)
  return isReal ? milliseconds / MILLISECONDS_PER_DAY : undefined
}

/** The integer that stands for a decimal: 12.30 at scale 2 is 1230. */
export function parseUnscaled(text: string, precision: number, scale: number): bigint | undefined {
  const [, sign = '', whole = '', fraction = ''] = text.match(/^(-?)(\d+)(?:\.(\d+))?$/) ?? []
  if (whole === '' || fraction.length > scale) return undefined
  const digits = BigInt(whole + fraction.padEnd(scale, '0'))
  if (digits >= 10n ** BigInt(precision)) return undefined
  return sign === '-' ? -digits : digits
}
