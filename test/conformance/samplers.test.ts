/**
 * Goal: the samplers and their generator agree bit for bit with two independent implementations.
 * Method: the known answers state every draw and the number of bytes that it took.
 */

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ByteStream } from '../../src/core/privacy/byte-stream.ts'
import { openNoiseStream } from '../../src/core/privacy/noise-stream.ts'
import { sampleDiscreteGaussian, sampleDiscreteLaplace } from '../../src/core/privacy/samplers.ts'
import { countBytes } from '../support/counting-stream.ts'
import { hasSharedData, readSharedJson, sharedDataNote } from '../support/shared-data.ts'

interface KnownAnswers {
  readonly key_hex: string
  readonly 'drbg_first_64_bytes_ctx-0': string
  readonly vectors: readonly {
    dist: 'dlaplace' | 'dgauss'
    args: Readonly<Record<string, string>>
    ctx: string
    first64: readonly string[]
    bytes_consumed: number
    n20000?: { sha256_of_decimal_newline_joined: string; bytes_consumed: number }
  }[]
}

describe.skipIf(!hasSharedData)(`samplers agree with known answers${sharedDataNote}`, () => {
  const answers = hasSharedData ? readSharedJson<KnownAnswers>('kat/sampler_kat.json') : undefined
  const key = Buffer.from(answers?.key_hex ?? '', 'hex')
  const open = (context: string): ByteStream => openNoiseStream(key, Buffer.from(context))

  it('the generator', () => {
    expect(Buffer.from(open('ctx-0').take(64)).toString('hex')).toBe(
      answers?.['drbg_first_64_bytes_ctx-0'],
    )
  })

  it.each(answers?.vectors ?? [])('$ctx', ({ dist, args, ctx, first64, ...rest }) => {
    const stream = countBytes(open(ctx))
    const sample = (): bigint =>
      dist === 'dlaplace'
        ? sampleDiscreteLaplace(stream, BigInt(args['s'] ?? 0), BigInt(args['t'] ?? 0))
        : sampleDiscreteGaussian(stream, {
            numerator: BigInt(args['sigma2_num'] ?? 0),
            denominator: BigInt(args['sigma2_den'] ?? 0),
          })
    const draws = first64.map(() => String(sample()))
    expect(draws).toEqual(first64)
    expect(stream.taken()).toBe(rest.bytes_consumed)

    if (rest.n20000 === undefined) return
    while (draws.length < 20_000) draws.push(String(sample()))
    const digest = createHash('sha256').update(draws.join('\n')).digest('hex')
    expect(digest).toBe(rest.n20000.sha256_of_decimal_newline_joined)
    expect(stream.taken()).toBe(rest.n20000.bytes_consumed)
  })
})
