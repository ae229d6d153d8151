/** Rounding and decimal text in whole numbers. Halves round away from zero; floats never take part. */

import { integerSquareRoot } from '../privacy/rational.ts'

/** 10^0 to 10^39; larger powers are rare and computed. */
const POWERS = Array.from({ length: 40 }, (_, exponent) => 10n ** BigInt(exponent))

export function powerOfTen(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent)
}

/** Digits kept before a root is rounded to fewer. */
const ROOT_DIGITS = 40

/** The largest magnitude of a DECIMAL(38, n), as an integer. */
const LARGEST_UNSCALED = 10n ** 38n - 1n

export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}

/** The whole number nearest to a ratio with a positive denominator. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const magnitude = (2n * absolute(numerator) + denominator) / (2n * denominator)
  return numerator < 0n ? -magnitude : magnitude
}

/** The multiple of `base` nearest to `value`. */
export function roundToMultiple(value: bigint, base: bigint): bigint {
  return base === 1n ? value : divideRounded(value, base) * base
}

/** Keeps the leading `digits` digits and puts zeros in place of the rest. */
export function roundSignificant(value: bigint, digits: number): bigint {
  const surplus = digitCount(absolute(value)) - digits
  return surplus <= 0 ? value : roundToMultiple(value, powerOfTen(surplus))
}

/** An integer number of 10^-scale as plain digits with exactly `scale` of them after the point. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = absolute(saturate(unscaled))
    .toString()
    .padStart(scale + 1, '0')
  const sign = unscaled < 0n ? '-' : ''
  if (scale === 0) return sign + digits
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/**
 * A ratio rounded to `digits` significant digits, as plain digits without surplus zeros. For up to
 * 15 digits this is the shortest text that identifies the DOUBLE nearest to it.
 *
 * @param denominator Positive.
 */
export function ratioText(numerator: bigint, denominator: bigint, digits: number): string {
  if (numerator === 0n) return '0'
  const magnitude = absolute(numerator)
  let shift = digits - digitCount(magnitude) + digitCount(denominator)
  if (scaledRatio(magnitude, denominator, shift, floorDivide) >= powerOfTen(digits)) shift--
  const leading = scaledRatio(numerator, denominator, shift, divideRounded)
  return shift >= 0 ? fraction(leading, shift) : (leading * powerOfTen(-shift)).toString()
}

/** The square root of a ratio, with the ratio's sign, rounded like it. */
export function rootText(numerator: bigint, denominator: bigint, digits: number): string {
  const magnitude = absolute(numerator)
  const missing = ROOT_DIGITS + Math.max(0, digitCount(denominator) - digitCount(magnitude))
  const root = integerSquareRoot((magnitude * powerOfTen(2 * missing)) / denominator)
  return ratioText(numerator < 0n ? -root : root, powerOfTen(missing), digits)
}

/** numerator / denominator * 10^shift as a whole number. */
function scaledRatio(
  numerator: bigint,
  denominator: bigint,
  shift: number,
  divide: (numerator: bigint, denominator: bigint) => bigint,
): bigint {
  return shift >= 0
    ? divide(numerator * powerOfTen(shift), denominator)
    : divide(numerator, denominator * powerOfTen(-shift))
}

function floorDivide(numerator: bigint, denominator: bigint): bigint {
  return numerator / denominator
}

function fraction(unscaled: bigint, scale: number): string {
  const digits = absolute(unscaled)
    .toString()
    .padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const part = digits.slice(digits.length - scale).replace(/0+$/, '')
  return `${unscaled < 0n ? '-' : ''}${whole}${part === '' ? '' : `.${part}`}`
}

function digitCount(magnitude: bigint): number {
  return magnitude.toString().length
}

/** Keeps noise or rounding from leaving the released type; reached only by absurd bounds. */
function saturate(unscaled: bigint): bigint {
  if (unscaled > LARGEST_UNSCALED) return LARGEST_UNSCALED
  return unscaled < -LARGEST_UNSCALED ? -LARGEST_UNSCALED : unscaled
}
