/** Measures on their lattice: bounds as integers, and integers back as decimals. */

import { assert, unreachable } from '../../model/assert.ts'
import type { MeasureBounds } from '../../model/data-product.ts'
import type { Measure } from '../../model/plan.ts'
import { absolute } from './decimal.ts'

/** The least and the greatest lattice integer that one row can contribute. */
export interface Lattice {
  readonly lower: bigint
  readonly upper: bigint
  /** The larger of their magnitudes. */
  readonly reach: bigint
  /** A lattice integer times `multiplier`, in units of 10^-scale, is the value. */
  readonly multiplier: bigint
  readonly scale: number
}

/** Every row with a value counts once. */
const ROW_LATTICE: Lattice = { lower: 1n, upper: 1n, reach: 1n, multiplier: 1n, scale: 0 }

/** One lattice for each variable of a measure; none for `units`. */
export function latticesOf(measure: Measure): readonly Lattice[] {
  switch (measure.kind) {
    case 'units':
      return []
    case 'rows':
      return [ROW_LATTICE]
    case 'sum':
    case 'mean':
      return [boundedLattice(measure.bounds)]
    case 'moments':
      return measure.bounds.map(boundedLattice)
    default:
      return unreachable(measure, 'latticesOf')
  }
}

/** The lattice of a measure's first, and but for moments of two its only, variable. */
export function latticeOf(measure: Measure): Lattice {
  const [lattice] = latticesOf(measure)
  assert(lattice !== undefined, 'a measure of values has a lattice')
  return lattice
}

/** Whether a variable has two values, so that its sum is a count of one of them. */
export function isBinary({ lower, upper }: Lattice): boolean {
  return upper - lower === 1n
}

/** Bounds that lie between two lattice points move outwards: the vault may round either way. */
function boundedLattice({ lower, upper, step }: MeasureBounds): Lattice {
  const size = parseDecimal(step)
  const low = parseDecimal(lower)
  const high = parseDecimal(upper)
  const scale = Math.max(size.scale, low.scale, high.scale)
  const divisor = atScale(size, scale)
  const from = floorDivide(atScale(low, scale), divisor)
  const to = -floorDivide(-atScale(high, scale), divisor)
  return {
    lower: from,
    upper: to,
    reach: largerOf(absolute(from), absolute(to)),
    multiplier: size.unscaled,
    scale: size.scale,
  }
}

interface Decimal {
  readonly unscaled: bigint
  readonly scale: number
}

function largerOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function parseDecimal(text: string): Decimal {
  const [whole = '', part = ''] = text.split('.')
  return { unscaled: BigInt(whole + part), scale: part.length }
}

function atScale({ unscaled, scale }: Decimal, target: number): bigint {
  return unscaled * 10n ** BigInt(target - scale)
}

function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  return numerator % denominator < 0n ? quotient - 1n : quotient
}
