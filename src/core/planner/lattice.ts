/**
 * Values as integers on a public lattice: clamped to the measure's bounds, divided by its step and
 * rounded half away from zero. Integer and decimal columns stay exact; no value can fail.
 */

import type { MeasureBounds } from '../../model/data-product.ts'
import {
  call,
  cast,
  integerLiteral,
  isNull,
  logic,
  NULL_LITERAL,
  typedLiteralOf,
  when,
} from './build.ts'
import { type ByteOffset, refuse } from './refusal.ts'
import { BIGINT, type DecimalType, DOUBLE, decimal, isInteger, type SqlType } from './sql-type.ts'
import type { Expression } from './syntax.ts'

/** No lattice integer of one row is larger, so that sums of rows stay within 128 bits. */
const MAX_LATTICE = 2n ** 62n
/** The same for sums of products of two values. */
const MAX_MULTIPLIED = 2n ** 46n

/** A decimal as an integer and the digits after its point. */
interface Scaled {
  readonly digits: bigint
  readonly scale: number
}

export interface LatticeRange {
  readonly lower: bigint
  readonly upper: bigint
}

/** The lattice integers at the bounds of a measure. */
export function latticeRange(bounds: MeasureBounds): LatticeRange {
  return {
    lower: onLattice(bounds.lower, bounds.step),
    upper: onLattice(bounds.upper, bounds.step),
  }
}

/** Refuses bounds that are too wide for their step; products of values need narrower ones. */
export function checkLattice(
  bounds: MeasureBounds,
  use: 'sums' | 'products',
  at: ByteOffset,
): void {
  const { lower, upper } = latticeRange(bounds)
  const limit = use === 'sums' ? MAX_LATTICE : MAX_MULTIPLIED
  if (lower <= upper && lower >= -limit && upper <= limit) return
  refuse(
    'mode-not-supported',
    at,
    'The bounds of this measure are too wide for its step.',
    '该度量的上下界相对其步长过大。',
  )
}

/** The lattice integer of one row's value, NULL where there is none. */
export function latticeValue(value: Expression, type: SqlType, bounds: MeasureBounds): Expression {
  const missing =
    type.name === 'DOUBLE' ? logic('OR', [isNull(value), call('isnan', value)]) : isNull(value)
  return when(missing, NULL_LITERAL, onLatticeSql(value, type, bounds))
}

function onLatticeSql(value: Expression, type: SqlType, bounds: MeasureBounds): Expression {
  const exponent = exponentOf(bounds.step)
  if (type.name === 'DOUBLE') return doubleOnLattice(value, bounds, exponent)
  return type.name === 'DECIMAL'
    ? decimalOnLattice(value, type, bounds)
    : integerOnLattice(value, type, bounds)
}

/** The step is 10^exponent. */
function exponentOf(step: string): number {
  return step.startsWith('0.') ? 2 - step.length : step.length - 1
}

function clamp(value: Expression, lower: Expression, upper: Expression): Expression {
  return call('least', call('greatest', value, lower), upper)
}

function doubleOnLattice(value: Expression, bounds: MeasureBounds, exponent: number): Expression {
  const real = (text: string) => typedLiteralOf(DOUBLE, String(Number(text)))
  const clamped = clamp(value, real(bounds.lower), real(bounds.upper))
  const power = real(String(10n ** BigInt(Math.abs(exponent))))
  const scaled = exponent === 0 ? clamped : call(exponent < 0 ? '*' : '/', clamped, power)
  return cast(call('round', scaled), BIGINT)
}

function integerOnLattice(value: Expression, type: SqlType, bounds: MeasureBounds): Expression {
  const exponent = exponentOf(bounds.step)
  const big = (digits: bigint) => cast(integerLiteral(digits), BIGINT)
  const wide = isInteger(type) && type.name === 'BIGINT' ? value : cast(value, BIGINT)
  const [lower, upper] = inwards(bounds, 0)
  const clamped = clamp(wide, big(lower), big(upper))
  if (exponent === 0) return clamped
  const power = 10n ** BigInt(Math.abs(exponent))
  if (exponent < 0) return call('*', clamped, big(power))
  const halfUp = call('//', call('+', call('abs', clamped), big(power / 2n)), big(power))
  return call('*', halfUp, call('sign', clamped))
}

function decimalOnLattice(value: Expression, type: DecimalType, bounds: MeasureBounds): Expression {
  const exponent = exponentOf(bounds.step)
  const [lower, upper] = inwards(bounds, type.scale)
  const size = (digits: bigint) => (digits < 0n ? -digits : digits).toString().length
  const width = Math.max(type.width, size(lower), size(upper), type.scale + 1)
  const bound = (digits: bigint) =>
    typedLiteralOf(decimal(width, type.scale), pointed({ digits, scale: type.scale }))
  const clamped = clamp(value, bound(lower), bound(upper))
  const whole = Math.max(size(lower), size(upper)) - type.scale
  if (exponent > 0) {
    const rounded = call(
      'round',
      cast(clamped, decimal(38, type.scale)),
      integerLiteral(BigInt(-exponent)),
    )
    return call('//', cast(rounded, BIGINT), cast(integerLiteral(10n ** BigInt(exponent)), BIGINT))
  }
  const scale = -exponent
  const rounded = cast(clamped, decimal(Math.max(1, whole) + 1 + scale, scale))
  if (scale === 0) return cast(rounded, BIGINT)
  const power = typedLiteralOf(decimal(scale + 1, 0), (10n ** BigInt(scale)).toString())
  return cast(call('*', rounded, power), BIGINT)
}

/** The bounds as integers at a scale, rounded towards each other. */
function inwards(bounds: MeasureBounds, scale: number): readonly [bigint, bigint] {
  return [-floorAt(negated(parse(bounds.lower)), scale), floorAt(parse(bounds.upper), scale)]
}

function negated({ digits, scale }: Scaled): Scaled {
  return { digits: -digits, scale }
}

function floorAt({ digits, scale }: Scaled, target: number): bigint {
  if (target >= scale) return digits * 10n ** BigInt(target - scale)
  const divisor = 10n ** BigInt(scale - target)
  const quotient = digits / divisor
  return digits < 0n && quotient * divisor !== digits ? quotient - 1n : quotient
}

/** Half away from zero, as every lattice value is rounded. */
function onLattice(text: string, step: string): bigint {
  const { digits, scale } = parse(text)
  const exponent = exponentOf(step) + scale
  if (exponent <= 0) return digits * 10n ** BigInt(-exponent)
  const divisor = 10n ** BigInt(exponent)
  const size = digits < 0n ? -digits : digits
  const rounded = (size + divisor / 2n) / divisor
  return digits < 0n ? -rounded : rounded
}

function parse(text: string): Scaled {
  const [whole = '', fraction = ''] = text.split('.')
  return { digits: BigInt(whole + fraction), scale: fraction.length }
}

function pointed({ digits, scale }: Scaled): string {
  if (scale === 0) return digits.toString()
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  return `${digits < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`
}
