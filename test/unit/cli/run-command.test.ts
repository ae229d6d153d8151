import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../src/cli/run-command.ts'
import { createTestWorld } from '../../support/test-world.ts'

describe('runCommand', () => {
  it.each(['en', 'zh'])('lists every command in help, in %s', async (language) => {
    const { code, out } = await createTestWorld().run('help', '--lang', language)
    expect(code).toBe(0)
    for (const { usage, summary } of Object.values(COMMANDS)) {
      expect(out).toContain(usage)
      expect(out).toContain(language === 'zh' ? summary.zh : summary.en)
    }
  })

  it('names each command by the words its usage begins with', () => {
    for (const [name, { usage }] of Object.entries(COMMANDS))
      expect(`${usage} `.startsWith(`${name} `)).toBe(true)
  })

  it('shows the usage of one command with --help', async () => {
    const { code, out } = await createTestWorld().run('receipt', 'verify', '--help')
    expect(code).toBe(0)
    expect(out).toContain('receipt verify FILE')
    expect(out).not.toContain('submit')
  })

  it('takes its language from the settings unless --lang says otherwise', async () => {
    const chinese = createTestWorld({ language: 'zh' })
    expect((await chinese.run('help')).out).toContain('可用不可见')
    expect((await chinese.run('--lang=en', 'help')).out).toContain('may not touch')
  })

  it.each([
    ['nothing at all', []],
    ['an unknown command', ['fly']],
    ['half a command', ['receipt']],
    ['a name from the prototype', ['constructor']],
    ['an unknown option', ['jobs', '--all']],
    ['a missing argument', ['result']],
    ['an argument too many', ['jobs', 'extra']],
    ['a missing value', ['jobs', '--token-file']],
    ['a language it does not speak', ['jobs', '--lang', 'fr']],
    ['an address that is none', ['jobs', '--url', 'gateway']],
    ['a token file that is not there', ['jobs', '--token-file', 'absent']],
  ])('exits with 2 on %s', async (_, argv) => {
    const { run, requests } = createTestWorld()
    expect((await run(...argv)).code).toBe(2)
    expect(requests).toEqual([])
  })

  it('reminds of the usage when a command is written wrongly', async () => {
    const { err } = await createTestWorld().run('result')
    expect(err).toContain('An argument is missing.')
    expect(err).toContain('glovebox result JOB')
  })

  it('takes the token from a file, without its line end', async () => {
    const world = createTestWorld({ files: { token: 'token-bo\n' }, user: 'nobody' })
    expect((await world.run('jobs')).code).toBe(1)
    expect((await world.run('jobs', '--token-file', 'token')).code).toBe(0)
  })

  it.each([
    ['a line break', 'gbx_a\ngbx_b\n'],
    ['a space', 'gbx_a gbx_b'],
    ['nothing', '\n'],
  ])('refuses a token file that holds %s', async (_, token) => {
    const world = createTestWorld({ files: { token } })
    const { code, err } = await world.run('jobs', '--token-file', 'token')
    expect(code).toBe(2)
    expect(err).toContain('token must hold one token')
    expect(world.requests).toEqual([])
  })

  it('prints its version', async () => {
    expect(await createTestWorld().run('--version')).toMatchObject({
      code: 0,
      out: 'glovebox 1.2.3\n',
    })
  })

  it.each(['submit', 'explain'])('says where agreements and purposes stand: %s', async (name) => {
    for (const args of [['--agreement', 'A'], ['--purpose', 'p'], []]) {
      const { code, err } = await createTestWorld().run(name, 'SELECT 1', ...args)
      expect(code).toBe(2)
      expect(err).toContain('policies/agreements')
    }
  })

  it('says what to do when no gateway answers', async () => {
    const { code, err } = await createTestWorld().run('jobs', '--url', 'http://nowhere.test')
    expect(code).toBe(1)
    expect(err).toContain('glovebox serve')
  })

  it('does not mistake another server for a gateway', async () => {
    const answers = [new Response('<html>', { status: 502 }), new Response('{"jobs":1}')]
    const fetch = async () => answers.shift() ?? Response.error()
    const { run } = createTestWorld({ overrides: { fetch } })
    for (const status of [502, 200]) {
      const { code, err } = await run('jobs')
      expect(code).toBe(1)
      expect(err).toContain(`status ${status}`)
    }
  })

  it('explains what this machine could not do, in the language asked for', async () => {
    const { world } = createTestWorld()
    const commands = { ...world.commands, serve: () => Promise.reject(new Error('EADDRINUSE')) }
    const explainFailure = () => ({ en: 'The port is taken.', zh: '端口已占用。' })
    const { run } = createTestWorld({ overrides: { commands, explainFailure } })
    expect(await run('serve')).toMatchObject({ code: 1, err: 'The port is taken.\n' })
    expect((await run('serve', '--lang', 'zh')).err).toBe('端口已占用。\n')
  })

  it('leaves bugs to whoever started it', async () => {
    const broken = () => Promise.reject(new Error('bug'))
    const { run, world } = createTestWorld()
    const commands = { ...world.commands, serve: broken }
    await expect(createTestWorld({ overrides: { commands } }).run('serve')).rejects.toThrow('bug')
    expect((await run('serve')).code).toBe(0)
  })
})
