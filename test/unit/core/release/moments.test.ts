import { describe, expect, it } from 'vitest'
import { type MomentSums, momentText } from '../../../../src/core/release/moments.ts'
import type { MomentStatistic } from '../../../../src/model/plan.ts'

/** Weights (y, kilograms) and heights (x, centimetres), counted in tenths and in units. */
const Y = [512n, 633n, 706n, 588n, 821n, 770n]
const X = [155n, 170n, 176n, 162n, 190n, 181n]

function sumsOf(first: readonly bigint[], second: readonly bigint[]): MomentSums {
  const dot = (a: readonly bigint[], b: readonly bigint[]): bigint =>
    a.reduce((sum, value, i) => sum + value * (b[i] ?? 0n), 0n)
  const ones = first.map(() => 1n)
  return {
    rows: BigInt(first.length),
    first: dot(first, ones),
    firstSquares: dot(first, first),
    second: dot(second, ones),
    secondSquares: dot(second, second),
    products: dot(first, second),
  }
}

const SCALE = { first: 1n, second: 10n, denominator: 10n }

function text(statistic: MomentStatistic, digits = 12, sums = sumsOf(Y, X)): string | null {
  return momentText(statistic, sums, SCALE, digits)
}

describe('momentText', () => {
  // As DuckDB 1.5 answers over (51.2, 155), (63.3, 170), (70.6, 176), (58.8, 162), (82.1, 190), (77, 181).
  it.each([
    ['var_samp', 134.2746666666667],
    ['var_pop', 111.89555555555557],
    ['stddev_samp', 11.587694622601456],
    ['stddev_pop', 10.57806955713355],
    ['covar_samp', 146.7733333333334],
    ['covar_pop', 122.31111111111117],
    ['corr', 0.9931179518913873],
    ['regr_slope', 0.9022950819672131],
    ['regr_intercept', -88.3288524590164],
    ['regr_r2', 0.9862832663689438],
  ] as const)('%s agrees with the engine', (statistic, expected) => {
    expect(Number(text(statistic))).toBeCloseTo(expected, 9)
  })

  it('keeps as many significant digits as the rule allows', () => {
    expect(text('stddev_samp', 3)).toBe('11.6')
    expect(text('corr', 2)).toBe('0.99')
    expect(text('covar_pop', 1)).toBe('100')
  })

  it('keeps the sign of a falling line', () => {
    const sums = sumsOf([9n, 5n, 1n], [1n, 2n, 3n])
    expect(text('corr', 5, sums)).toBe('-1')
    expect(text('covar_samp', 5, sums)).toBe('-0.4')
  })

  it('is NULL where there is nothing to divide by', () => {
    const one = sumsOf([5n], [1n])
    expect(
      ['var_samp', 'covar_samp', 'corr', 'regr_slope'].map((s) => text(s as never, 5, one)),
    ).toEqual([null, null, null, null])
    expect(text('var_pop', 5, one)).toBe('0')
    expect(text('var_pop', 5, sumsOf([], []))).toBeNull()
    const flat = sumsOf([7n, 7n], [1n, 2n])
    expect(text('corr', 5, flat)).toBeNull()
    expect(text('regr_r2', 5, flat)).toBe('1')
  })

  it('holds a correlation within -1 and 1 when noise has torn its sums apart', () => {
    const torn = { ...sumsOf([1n, 2n, 3n], [1n, 2n, 3n]), products: 99n }
    expect(text('corr', 5, torn)).toBe('1')
    expect(text('regr_r2', 5, torn)).toBe('1')
    expect(text('corr', 5, { ...torn, products: -99n })).toBe('-1')
  })
})
