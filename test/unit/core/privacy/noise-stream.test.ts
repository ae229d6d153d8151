import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  createNoiseSource,
  type NoiseContext,
  openNoiseStream,
} from '../../../../src/core/privacy/noise-stream.ts'
import type { Sha256 } from '../../../../src/model/digest.ts'

const KEY = new Uint8Array(32).fill(7)
const CONTEXT: NoiseContext = {
  releaseId: 'job/0',
  plan: 'a'.repeat(64) as Sha256,
  snapshot: 'b'.repeat(64) as Sha256,
  policy: 'c'.repeat(64) as Sha256,
  mechanism: 'm',
}

describe('openNoiseStream', () => {
  it('is HMAC-SHA256 over label, length, context and block number', () => {
    const context = Buffer.from('context')
    const block = (n: number): Buffer =>
      createHmac('sha256', KEY)
        .update('dp-noise/v1')
        .update(Buffer.from([0, 0, 0, 7]))
        .update(context)
        .update(Buffer.from([0, 0, 0, 0, 0, 0, 0, n]))
        .digest()
    const expected = Buffer.concat([block(0), block(1), block(2)])
    expect(Buffer.from(openNoiseStream(KEY, context).take(96))).toEqual(expected)
  })

  it('gives the same bytes whatever the size of the portions', () => {
    const whole = openNoiseStream(KEY, Buffer.from('x')).take(100)
    const stream = openNoiseStream(KEY, Buffer.from('x'))
    const parts = [1, 31, 2, 60, 6].flatMap((count) => [...stream.take(count)])
    expect(parts).toEqual([...whole])
  })

  it('refuses a key of the wrong length', () => {
    expect(() => openNoiseStream(new Uint8Array(31), Buffer.from('x'))).toThrow('32 bytes')
  })
})

describe('createNoiseSource', () => {
  const draw = (context: NoiseContext, index: number, groupKey: string): string =>
    Buffer.from(createNoiseSource(KEY, context)(index, Buffer.from(groupKey)).take(16)).toString(
      'hex',
    )
  const base = draw(CONTEXT, 0, 'k')

  it('repeats itself for an equal context', () => {
    expect(draw({ ...CONTEXT }, 0, 'k')).toBe(base)
  })

  it.each([
    ['release', draw({ ...CONTEXT, releaseId: 'job/1' }, 0, 'k')],
    ['plan', draw({ ...CONTEXT, plan: 'b'.repeat(64) as Sha256 }, 0, 'k')],
    ['snapshot', draw({ ...CONTEXT, snapshot: 'a'.repeat(64) as Sha256 }, 0, 'k')],
    ['policy', draw({ ...CONTEXT, policy: 'a'.repeat(64) as Sha256 }, 0, 'k')],
    ['mechanism', draw({ ...CONTEXT, mechanism: 'n' }, 0, 'k')],
    ['aggregate', draw(CONTEXT, 1, 'k')],
    ['group key', draw(CONTEXT, 0, 'l')],
  ])('differs when the %s differs', (_, other) => {
    expect(other).not.toBe(base)
  })

  it('cannot be confused by moving text between fields', () => {
    expect(draw({ ...CONTEXT, releaseId: 'job/0x', mechanism: 'm' }, 0, 'k')).not.toBe(
      draw({ ...CONTEXT, releaseId: 'job/0', mechanism: 'xm' }, 0, 'k'),
    )
    expect(draw({ ...CONTEXT, mechanism: 'mk' }, 0, '')).not.toBe(draw(CONTEXT, 0, 'k'))
  })
})
