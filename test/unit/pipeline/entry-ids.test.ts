import { expect, it } from 'vitest'
import { EntryIds } from '../../../src/pipeline/entry-ids.ts'

it('never uses the same random bytes twice, and draws them in blocks', () => {
  let calls = 0
  const ids = new EntryIds({
    bytes: (count) => {
      calls += 1
      return Uint8Array.from({ length: count }, (_, n) => (calls * 7 + n * n + n / 10) % 256)
    },
  })
  const all = Array.from({ length: 250 }, (_, n) => ids.next(n))
  expect(calls).toBe(3)
  expect(new Set(all).size).toBe(250)
  expect(all).toEqual(all.toSorted())
})
