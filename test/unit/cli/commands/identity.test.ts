import { describe, expect, it } from 'vitest'
import type { LocalCommands } from '../../../../src/cli/world.ts'
import { Principal } from '../../../../src/model/principal.ts'
import { ok } from '../../../../src/model/result.ts'
import { createTestWorld, type TestWorld } from '../../../support/test-world.ts'

function worldWith(commands: Partial<LocalCommands>): TestWorld {
  const { commands: defaults } = createTestWorld().world
  return createTestWorld({ overrides: { commands: { ...defaults, ...commands } } })
}

describe('identity create', () => {
  const argv = ['identity', 'create', 'ana', '--organisation', '江西某公司', '--role', 'operator']

  it('prints the token alone on stdout, and that it cannot be shown again', async () => {
    const given: unknown[] = []
    const { run } = worldWith({
      createIdentity: async ({ principal }) => {
        given.push(principal)
        return ok({ token: 'gb_secret' })
      },
    })
    const { code, out, err } = await run(...argv, '--role', 'auditor')
    expect({ code, out }).toEqual({ code: 0, out: 'gb_secret\n' })
    expect(err).toContain('cannot be shown again')
    const roles = ['operator', 'auditor']
    expect(given).toEqual([{ id: 'ana', organisation: '江西某公司', roles }])
  })

  it.each([
    ['no role', argv.slice(0, 5)],
    ['an unknown role', [...argv, '--role', 'king']],
    ['no organisation', [...argv.slice(0, 3), '--role', 'operator']],
    ['an id that is none', ['identity', 'create', 'Ana!', ...argv.slice(3)]],
  ])('exits with 2 on %s', async (_, words) => {
    expect((await createTestWorld().run(...words)).code).toBe(2)
  })
})

describe('identity list', () => {
  it('shows ids, organisations and roles', async () => {
    const ana = Principal.parse({
      id: 'ana',
      organisation: '某公司',
      roles: ['operator', 'checker'],
    })
    const { run } = worldWith({ listIdentities: async () => [ana] })
    const { code, out } = await run('identity', 'list')
    expect({ code, last: out.trimEnd().split('\n').at(-1) }).toEqual({
      code: 0,
      last: 'ana  某公司        operator checker',
    })
  })

  it('says that there are none', async () => {
    expect((await createTestWorld().run('identity', 'list')).err).toContain('no identities')
  })
})

describe('identity revoke', () => {
  it('revokes by id', async () => {
    const given: unknown[] = []
    const { run } = worldWith({
      revokeIdentity: async (options) => {
        given.push(options)
        return true
      },
    })
    const { code, err } = await run('identity', 'revoke', 'ana', '--home', 'h')
    expect({ code, err }).toEqual({ code: 0, err: 'Revoked: ana\n' })
    expect(given).toEqual([{ id: 'ana', home: 'h' }])
  })

  it.each(['nobody', 'No Id!'])('refuses %s, which is not there', async (id) => {
    const { code, err } = await createTestWorld().run('identity', 'revoke', id)
    expect(code).toBe(1)
    expect(err).toContain('glovebox identity list')
  })
})
