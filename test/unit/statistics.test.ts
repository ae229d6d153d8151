import { describe, expect, it } from 'vitest'
import { chiSquareTail, gaussianProbabilities, upperTail } from '../support/statistics.ts'

describe('the yardstick of the statistical tests', () => {
  it.each([
    [3.841458820694124, 1, 0.05],
    [18.307038053275146, 10, 0.05],
    [2.558212160187207, 10, 0.99],
    [149.4492527790887, 100, 0.001],
  ])('chi-square %s at %s degrees is %s', (x, degrees, tail) => {
    expect(chiSquareTail(x, degrees)).toBeCloseTo(tail, 10)
  })

  it('sums a distribution to one', () => {
    const probability = gaussianProbabilities(10)
    expect(upperTail(probability, -200)).toBeCloseTo(1, 12)
    expect(upperTail(probability, 1)).toBeCloseTo((1 - probability(0)) / 2, 12)
  })
})
