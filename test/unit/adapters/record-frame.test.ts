import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrame, holdsFrame } from '../../../src/adapters/record-frame.ts'

const FRAME = Buffer.from(encodeFrame(Buffer.from('record')))

describe('a frame', () => {
  it('gives back its record, wherever it starts', () => {
    const bytes = Buffer.concat([Buffer.from('xx'), FRAME, FRAME])
    expect(decodeFrame(bytes, 2)).toEqual({ record: Buffer.from('record'), end: 2 + FRAME.length })
    expect(decodeFrame(bytes, 1)).toBeUndefined()
  })

  it('is refused with any bit flipped, and cut anywhere', () => {
    for (let at = 0; at < FRAME.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = Buffer.from(FRAME)
        damaged.writeUInt8(FRAME.readUInt8(at) ^ (1 << bit), at)
        expect(decodeFrame(damaged, 0)).toBeUndefined()
      }
      expect(decodeFrame(FRAME.subarray(0, at), 0)).toBeUndefined()
    }
  })

  it('is found behind damage, and not in what only looks like one', () => {
    expect(holdsFrame(Buffer.concat([Buffer.alloc(100, 0x9e), FRAME]), 0)).toBe(true)
    expect(holdsFrame(Buffer.concat([FRAME, Buffer.alloc(100)]), 1)).toBe(false)
    expect(holdsFrame(Buffer.from('9e4742019e474201', 'hex'), 0)).toBe(false)
    expect(holdsFrame(Buffer.alloc(0), 0)).toBe(false)
  })
})
