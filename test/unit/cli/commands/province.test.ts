import { describe, expect, it } from 'vitest'
import { LEVEL_1 } from '../../../support/isolation.ts'
import { createTestWorld } from '../../../support/test-world.ts'

describe('glovebox province', () => {
  it('hands file and scale on', async () => {
    const orders: unknown[] = []
    const { run } = createTestWorld({
      overrides: { commands: commandsThat((order) => orders.push(order)) },
    })
    expect((await run('province', 'p.duckdb', '--scale', '10')).code).toBe(0)
    expect((await run('province', 'q.duckdb')).code).toBe(0)
    expect(orders).toEqual([
      { target: 'p.duckdb', scale: 10 },
      { target: 'q.duckdb', scale: 1 },
    ])
  })

  it.each(['0', '101', '1.5', 'x'])('refuses the scale %s', async (scale) => {
    const { run } = createTestWorld()
    const { code, err } = await run('province', 'p.duckdb', '--scale', scale)
    expect(code).toBe(2)
    expect(err).toContain('from 1 to 100')
  })
})

describe('glovebox doctor', () => {
  it('says what was stopped and what was not', async () => {
    const { run } = createTestWorld()
    const { code, out } = await run('doctor')
    expect(code).toBe(0)
    expect(out).toContain('Isolation level 1 (process)')
  })

  it('says what a higher level would take', async () => {
    const hints = [{ en: 'install bubblewrap', zh: '安装 bubblewrap' }]
    const isolation = { ...LEVEL_1, filterDigest: 'f17e' }
    const { world } = createTestWorld()
    const commands = { ...world.commands, doctor: async () => ({ isolation, hints }) }
    const { out } = await createTestWorld({ overrides: { commands } }).run('doctor')
    expect(out).toContain('install bubblewrap')
    expect(out).toContain('f17e')
  })
})

function commandsThat(note: (order: unknown) => void) {
  const { world } = createTestWorld()
  return { ...world.commands, province: async (order: unknown) => note(order) }
}
