import { expect, it } from 'vitest'
import { uuidV7 } from '../../../../src/core/transparency/uuid.ts'

it('is the example of RFC 9562, appendix A.6', () => {
  const random = Buffer.from('0cc398c4dc0c0c07398f', 'hex')
  expect(uuidV7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
})

it('keeps version and variant whatever the random bytes are', () => {
  for (const byte of [0x00, 0xff]) {
    const text = uuidV7(1_772_000_000_000, Buffer.alloc(10, byte))
    expect(text).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
})

it('sorts by time', () => {
  const [early, late] = [uuidV7(1, Buffer.alloc(10, 0xff)), uuidV7(2, Buffer.alloc(10, 0))]
  expect(early < late).toBe(true)
})

it('takes exactly its random bytes', () => {
  expect(() => uuidV7(1, Buffer.alloc(9))).toThrow('ten random bytes')
})
