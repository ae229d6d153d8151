/**
 * Goal: the noise has exactly the distribution that the guarantee assumes (T2, T3), and draws do not depend
 * on each other (T4).
 * Method: 100,000 draws under fixed keys against exact probabilities; a variance that is off by 5 % fails.
 */

import { describe, expect, it } from 'vitest'
import { createNoiseSource, openNoiseStream } from '../../src/core/privacy/noise-stream.ts'
import { sampleDiscreteGaussian, sampleDiscreteLaplace } from '../../src/core/privacy/samplers.ts'
import type { Sha256 } from '../../src/model/digest.ts'
import {
  fitPValue,
  gaussianProbabilities,
  independencePValue,
  laplaceProbabilities,
  SIGNIFICANCE,
  upperTail,
} from '../support/statistics.ts'

const N = 100_000
const KEY = new Uint8Array(32).fill(11)

function gaussianDraws(numerator: bigint, denominator: bigint): readonly number[] {
  const stream = openNoiseStream(KEY, Buffer.from(`gaussian ${numerator}/${denominator}`))
  return Array.from({ length: N }, () =>
    Number(sampleDiscreteGaussian(stream, { numerator, denominator })),
  )
}

describe.each([
  [1n, 4n],
  [1n, 1n],
  [10n, 1n],
  [100n, 1n],
  [12_345n, 67n],
])('discrete Gaussian of variance %s/%s', (numerator, denominator) => {
  const draws = gaussianDraws(numerator, denominator)
  const variance = Number(numerator) / Number(denominator)
  const probability = gaussianProbabilities(variance)

  it('fits its probabilities', () => {
    expect(fitPValue(draws, probability)).toBeGreaterThan(SIGNIFICANCE)
  })

  it('does not fit those of a variance 5 % larger', () => {
    if (variance < 1) return // too few distinct values to tell
    expect(fitPValue(draws, gaussianProbabilities(variance * 1.05))).toBeLessThan(SIGNIFICANCE)
  })

  it('has the mean and variance it should', () => {
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / N
    const square = draws.reduce((sum, draw) => sum + draw * draw, 0) / N
    const exact = momentOf(probability, 2)
    const spread = Math.sqrt((momentOf(probability, 4) - exact ** 2) / N)
    expect(Math.abs(mean)).toBeLessThan(4.9 * Math.sqrt(exact / N))
    expect(Math.abs(square - exact)).toBeLessThan(4.9 * spread)
  })

  it('stays within the Dvoretzky-Kiefer-Wolfowitz band', () => {
    const sorted = draws.toSorted((a, b) => a - b)
    const band = Math.sqrt(Math.log(2 / SIGNIFICANCE) / (2 * N))
    let worst = 0
    for (let x = sorted[0] ?? 0; x <= (sorted.at(-1) ?? 0); x++) {
      const share = 1 - sorted.filter((draw) => draw <= x).length / N
      worst = Math.max(worst, Math.abs(share - upperTail(probability, x + 1)))
    }
    expect(worst).toBeLessThan(band)
  })
})

describe.each([
  [1n, 1n],
  [1n, 2n],
  [1n, 10n],
])('discrete Laplace of rate %s/%s', (s, t) => {
  it('fits its probabilities', () => {
    const stream = openNoiseStream(KEY, Buffer.from(`laplace ${s}/${t}`))
    const draws = Array.from({ length: N }, () => Number(sampleDiscreteLaplace(stream, s, t)))
    expect(fitPValue(draws, laplaceProbabilities(Number(s) / Number(t)))).toBeGreaterThan(
      SIGNIFICANCE,
    )
  })
})

describe('independence', () => {
  const context = {
    releaseId: 'release-0',
    plan: '1'.repeat(64) as Sha256,
    snapshot: '2'.repeat(64) as Sha256,
    policy: '3'.repeat(64) as Sha256,
    mechanism: 'm',
  }
  const source = createNoiseSource(KEY, context)
  const key = (n: number): Uint8Array => Buffer.from(`cell ${n}`)
  const draw = (index: number, n: number, from = source): number =>
    Number(sampleDiscreteGaussian(from(index, key(n)), { numerator: 100n, denominator: 1n }))

  const other = (change: Partial<typeof context>): typeof source =>
    createNoiseSource(KEY, { ...context, ...change })

  it.each([
    ['neighbouring cells', (n: number) => draw(0, n + 1)],
    ['two aggregates of a cell', (n: number) => draw(1, n)],
    ['two releases', (n: number) => draw(0, n, other({ releaseId: 'release-1' }))],
    ['two snapshots', (n: number) => draw(0, n, other({ snapshot: '4'.repeat(64) as Sha256 }))],
    ['two nodes', (n: number) => draw(0, n, other({ mechanism: 'n' }))],
  ])('%s have independent noise', (_, second) => {
    const pairs = Array.from(
      { length: 20_000 },
      (__, n) => [bin(draw(0, n)), bin(second(n))] as const,
    )
    expect(independencePValue(pairs, 5)).toBeGreaterThan(SIGNIFICANCE)
  })

  it('finds dependence where there is some', () => {
    const pairs = Array.from({ length: 20_000 }, (_, n) => {
      const noise = draw(0, n)
      return [bin(noise), bin(Math.round((noise + 3 * draw(1, n)) / Math.sqrt(10)))] as const
    })
    expect(independencePValue(pairs, 5)).toBeLessThan(SIGNIFICANCE)
  })
})

/** Five bins of about equal weight at a standard deviation of ten. */
function bin(draw: number): number {
  return [-8, -3, 3, 8].filter((edge) => draw > edge).length
}

function momentOf(probability: (x: number) => number, power: number): number {
  let moment = 0
  for (let x = 1; probability(x) > 1e-30; x++) moment += 2 * x ** power * probability(x)
  return moment
}
