import { describe, expect, it } from 'vitest'
import { describeGuarantee } from '../../../../src/core/release/guarantee.ts'
import { PRIVACY, THRESHOLD } from '../../../support/release-builders.ts'

const NOTHING = { mode: 'threshold', picoRho: 0n, attoDelta: 0n } as const
const CHARGE = { mode: 'dp', picoRho: 5_000_000_000n, attoDelta: 1_000_000_000n } as const

describe('describeGuarantee', () => {
  it('calls thresholds a heuristic, with their limits', () => {
    const { en, zh } = describeGuarantee(THRESHOLD, NOTHING)
    expect(en).toContain('Heuristic: every cell rests on at least 10 units of person')
    expect(en).toContain('multiples of 5')
    expect(en).toContain('No formal guarantee')
    expect(zh).toContain('至少包含 10 个 person')
    expect(zh).toContain('不提供形式化保证')
  })

  it('states rho, epsilon, delta and what an attacker gains', () => {
    const { en, zh } = describeGuarantee(PRIVACY, CHARGE)
    expect(en).toContain('rho = 0.005')
    expect(en).toContain('(epsilon = 0.430, delta = 1.001e-6)')
    expect(en).toContain('about 4.0 %')
    expect(en).toContain('computational')
    expect(zh).toContain('(epsilon = 0.430, delta = 1.001e-6)')
  })
})
