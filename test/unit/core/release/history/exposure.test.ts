import { describe, expect, it } from 'vitest'
import { exposureMicro, judgeExposure } from '../../../../../src/core/release/history/exposure.ts'

describe('exposure', () => {
  it('adds one part in n, rounded against us', () => {
    expect(exposureMicro(10n)).toBe(100_000n)
    expect(exposureMicro(3n)).toBe(333_334n)
    expect(exposureMicro(0n)).toBe(0n)
  })

  it.each([
    { highest: 150_000n, verdict: 'within' },
    { highest: 150_001n, verdict: 'warn' },
    { highest: 900_000n, verdict: 'warn' },
    { highest: 900_001n, verdict: 'stop' },
  ])('of $highest and a cell of ten is $verdict', ({ highest, verdict }) => {
    expect(judgeExposure([{ units: 10n, highestMicro: highest }])).toBe(verdict)
  })

  it('is judged by the most exposed cell', () => {
    const cells = [
      { units: 1000n, highestMicro: 0n },
      { units: 50n, highestMicro: 990_000n },
    ]
    expect(judgeExposure(cells)).toBe('stop')
    expect(judgeExposure([])).toBe('within')
  })

  it('stops q counts over halves of n units where they could be solved', () => {
    let exposure = 0n
    let released = 0
    for (; released < 1000; released++) {
      const cell = { units: 100n, highestMicro: exposure }
      if (judgeExposure([cell]) === 'stop') break
      exposure += exposureMicro(cell.units)
    }
    expect(released).toBe(100)
  })
})
