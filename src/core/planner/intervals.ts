/** Ranges of numeric expressions, from the bounds of their columns: what a measure may be clamped to. */

import type { MeasureBounds } from '../../model/data-product.ts'
import type { SourceRegistry } from './rows.ts'
import { isInteger } from './sql-type.ts'
import type { Call, Case, Expression } from './syntax.ts'
import { typeOf } from './types-of.ts'

/** Values computed by division, averages and roots are measured to this many decimals. */
const FINE = 6
const MAX_DECIMALS = 9
/** Beyond this a double no longer holds every step. */
const MAX_REACH = 1e15

interface Interval {
  readonly lower: number
  readonly upper: number
  /** Digits after the point that values have; negative for multiples of powers of ten. */
  readonly decimals: number
}

/** Bounds and lattice of an expression, or undefined when its columns do not bound it. */
export function deriveBounds(
  expression: Expression,
  registry: SourceRegistry,
): MeasureBounds | undefined {
  const { lower, upper, decimals } = intervalOf(expression, registry)
  const steps = Math.min(Math.max(decimals, 0), MAX_DECIMALS)
  if (!(Math.max(-lower, upper) <= MAX_REACH)) return undefined
  return { lower: decimalText(lower, steps), upper: decimalText(upper, steps), step: step(steps) }
}

/** The bounds of a column computed with `FINE` decimals. */
export function fineBounds(lower: number, upper: number): MeasureBounds | undefined {
  if (!(Math.max(-lower, upper) <= MAX_REACH)) return undefined
  return { lower: decimalText(lower, FINE), upper: decimalText(upper, FINE), step: step(FINE) }
}

function step(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`
}

function decimalText(value: number, decimals: number): string {
  const text = value.toFixed(decimals)
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return short === '-0' ? '0' : short
}

function unbounded(decimals: number): Interval {
  return { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY, decimals }
}

function intervalOf(expression: Expression, registry: SourceRegistry): Interval {
  switch (expression.kind) {
    case 'literal':
      return literalInterval(expression.text)
    case 'name': {
      const facts = registry.find(expression.path)
      if (facts?.measure !== undefined) return boundsInterval(facts.measure)
      const decimals = facts !== undefined && isInteger(facts.type) ? 0 : FINE
      return { ...unbounded(decimals), lower: facts?.derivation?.floor ?? Number.NEGATIVE_INFINITY }
    }
    case 'cast':
      return intervalOf(expression.operand, registry)
    case 'case':
      return hull(valuesOf(expression).map((value) => intervalOf(value, registry)))
    case 'call':
      return callInterval(expression, registry)
    default:
      return unbounded(FINE)
  }
}

function literalInterval(text: string): Interval {
  const value = Number(text)
  const fraction = /^-?\d+\.(\d+)$/.exec(text)?.[1]?.length ?? 0
  const decimals = /e/i.test(text) ? FINE : fraction
  return { lower: value, upper: value, decimals }
}

function boundsInterval({ lower, upper, step: text }: MeasureBounds): Interval {
  const decimals = text.startsWith('0.') ? text.length - 2 : 1 - text.length
  return { lower: Number(lower), upper: Number(upper), decimals }
}

function valuesOf({ branches, otherwise }: Case): readonly Expression[] {
  const values = [...branches.map(({ value }) => value), otherwise]
  return values.filter((value) => !(value.kind === 'literal' && value.type.name === 'NULL'))
}

function hull(parts: readonly Interval[]): Interval {
  return {
    lower: Math.min(...parts.map(({ lower }) => lower)),
    upper: Math.max(...parts.map(({ upper }) => upper)),
    decimals: Math.max(...parts.map(({ decimals }) => decimals)),
  }
}

function callInterval({ name, operands }: Call, registry: SourceRegistry): Interval {
  const parts = operands.map((operand) => intervalOf(operand, registry))
  const [a = unbounded(FINE), b] = parts
  switch (name) {
    case 'least':
    case 'greatest': {
      const choose = name === 'least' ? Math.min : Math.max
      return {
        lower: choose(...parts.map(({ lower }) => lower)),
        upper: choose(...parts.map(({ upper }) => upper)),
        decimals: hull(parts).decimals,
      }
    }
    case 'coalesce':
    case 'ifnull':
      return hull(parts)
    case 'nullif':
      return a
    case 'abs':
      return {
        lower: 0,
        upper: Math.max(Math.abs(a.lower), Math.abs(a.upper)),
        decimals: a.decimals,
      }
    case 'floor':
    case 'ceil':
    case 'ceiling':
      return { lower: Math.floor(a.lower), upper: Math.ceil(a.upper), decimals: 0 }
    default:
      return arithmetic(name, a, b) ?? unbounded(isWhole(name, operands, registry) ? 0 : FINE)
  }
}

function isWhole(name: string, operands: readonly Expression[], registry: SourceRegistry): boolean {
  return name !== '/' && operands.every((operand) => isInteger(typeOf(operand, registry)))
}

function arithmetic(name: string, a: Interval, b: Interval | undefined): Interval | undefined {
  const decimals = Math.max(a.decimals, b?.decimals ?? 0)
  switch (name) {
    case '+':
      return b && { lower: a.lower + b.lower, upper: a.upper + b.upper, decimals }
    case '-':
      if (b === undefined) return { lower: -a.upper, upper: -a.lower, decimals: a.decimals }
      return { lower: a.lower - b.upper, upper: a.upper - b.lower, decimals }
    case '*':
      return b && product(a, b)
    case '/':
      return b?.lower === b?.upper && b !== undefined && b.lower !== 0
        ? { ...product(a, { ...b, lower: 1 / b.lower, upper: 1 / b.lower }), decimals: FINE }
        : undefined
    default:
      return undefined
  }
}

function product(a: Interval, b: Interval): Interval {
  const ends = [a.lower, a.upper].flatMap((x) => [x * b.lower, x * b.upper])
  if (ends.some(Number.isNaN)) return unbounded(FINE)
  const decimals = Math.max(0, a.decimals) + Math.max(0, b.decimals)
  return { lower: Math.min(...ends), upper: Math.max(...ends), decimals }
}
