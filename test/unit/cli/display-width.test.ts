import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clipEnd,
  clipStart,
  displayWidth,
  padEnd,
  padStart,
} from '../../../src/cli/display-width.ts'

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['制造业', 6],
    ['a制b', 4],
    ['，。（）', 8],
    ['ｆｕｌｌ', 8],
    ['ｶﾀｶﾅ', 4],
    ['カタカナ', 8],
    ['한국', 4],
    ['𠮷', 2],
    ['e\u0301', 1],
    ['👩‍🔬', 2],
    ['\u200b', 0],
    ['é', 1],
    ['─', 1],
  ])('of "%s" is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })
})

describe('clipping and padding', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '制', 'é', '👩‍🔬', ' ', '𠮷') })
  const width = fc.integer({ min: 1, max: 20 })

  it('never exceeds the width, and leaves what fits untouched', () => {
    fc.assert(
      fc.property(text, width, (value, columns) => {
        for (const clip of [clipEnd, clipStart]) {
          const clipped = clip(value, columns)
          expect(displayWidth(clipped)).toBeLessThanOrEqual(columns)
          if (displayWidth(value) <= columns) expect(clipped).toBe(value)
        }
      }),
    )
  })

  it('shows which end was cut', () => {
    expect(clipEnd('制造业企业', 7)).toBe('制造业…')
    expect(clipStart('制造业企业', 7)).toBe('…业企业')
  })

  it('pads to columns, not to characters', () => {
    expect(padEnd('制造', 6)).toBe('制造  ')
    expect(padStart('制造', 6)).toBe('  制造')
    expect(padEnd('制造业', 2)).toBe('制造业')
  })
})
