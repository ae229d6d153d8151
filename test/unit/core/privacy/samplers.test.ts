import { describe, expect, it } from 'vitest'
import type { ByteStream } from '../../../../src/core/privacy/byte-stream.ts'
import { integerSquareRoot } from '../../../../src/core/privacy/rational.ts'
import {
  sampleBernoulliExp,
  sampleDiscreteGaussian,
  sampleDiscreteLaplace,
  sampleUniform,
} from '../../../../src/core/privacy/samplers.ts'
import { countBytes } from '../../../support/counting-stream.ts'

describe('sampleUniform', () => {
  it('takes no bytes when there is nothing to choose', () => {
    const stream = countBytes(bytes())
    expect(sampleUniform(stream, 1n)).toBe(0n)
    expect(stream.taken()).toBe(0)
  })

  it('masks to the bits it needs and rejects what lies beyond the bound', () => {
    expect(sampleUniform(bytes(0xff, 0xfb, 0x09), 10n)).toBe(9n) // 15 and 11 are rejected
  })

  it('reads several bytes with the most significant first', () => {
    expect(sampleUniform(bytes(0x01, 0x02), 0x10000n)).toBe(0x0102n)
  })

  it('refuses an empty range', () => {
    expect(() => sampleUniform(bytes(), 0n)).toThrow('a positive bound')
  })
})

describe('sampleBernoulliExp', () => {
  it('is certain for exponent zero', () => {
    expect(sampleBernoulliExp(bytes(0), 0n, 5n)).toBe(true)
    expect(sampleBernoulliExp(bytes(4), 0n, 5n)).toBe(true)
  })

  it('refuses a negative exponent', () => {
    expect(() => sampleBernoulliExp(bytes(), -1n, 5n)).toThrow('an exponent is not negative')
  })
})

describe('noise', () => {
  it('refuses a scale or variance that is not positive', () => {
    expect(() => sampleDiscreteLaplace(bytes(), 0n, 1n)).toThrow('scale is positive')
    expect(() => sampleDiscreteGaussian(bytes(), { numerator: 0n, denominator: 1n })).toThrow(
      'a variance is positive',
    )
  })
})

describe('integerSquareRoot', () => {
  it('rounds down, also just below and above squares of any size', () => {
    for (const root of [1n, 2n, 3n, 10n, 4_294_967_296n, 10n ** 30n + 7n]) {
      expect(integerSquareRoot(root * root)).toBe(root)
      expect(integerSquareRoot(root * root - 1n)).toBe(root - 1n)
      expect(integerSquareRoot(root * root + 2n * root)).toBe(root)
    }
    expect(integerSquareRoot(0n)).toBe(0n)
  })

  it('refuses negative numbers', () => {
    expect(() => integerSquareRoot(-1n)).toThrow('not negative')
  })
})

/** A stream of exactly these bytes. */
function bytes(...values: readonly number[]): ByteStream {
  let next = 0
  return {
    take(count) {
      const taken = values.slice(next, next + count)
      expect(taken).toHaveLength(count)
      next += count
      return Uint8Array.from(taken)
    },
  }
}
