import { describe, expect, it } from 'vitest'
import type { LocalCommands } from '../../../../src/cli/world.ts'
import { createTestWorld, type TestWorld } from '../../../support/test-world.ts'

function worldWith(commands: Partial<LocalCommands>): TestWorld {
  const { commands: defaults } = createTestWorld().world
  return createTestWorld({ overrides: { commands: { ...defaults, ...commands } } })
}

describe('trust', () => {
  it('prints the policy and nothing else, so that it can be redirected', async () => {
    const { run } = worldWith({ trustPolicy: async () => 'log key\nquorum none\n' })
    expect(await run('trust')).toEqual({ code: 0, out: 'log key\nquorum none\n', err: '' })
  })

  it('says that a home has no log', async () => {
    const { code, out, err } = await createTestWorld().run('trust', '--home', 'h')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('--home')
  })
})

describe('keys rotate-noise', () => {
  it('names the new epoch and when it takes effect', async () => {
    const { run } = worldWith({ rotateNoiseKey: async () => 2 })
    const { code, out, err } = await run('keys', 'rotate-noise')
    expect({ code, out }).toEqual({ code: 0, out: 'Noise key: epoch 2\n' })
    expect(err).toContain('restart it')
  })

  it('does not begin with a rotation', async () => {
    expect((await createTestWorld().run('keys', 'rotate-noise')).code).toBe(1)
  })
})
