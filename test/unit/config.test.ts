import { describe, expect, it } from 'vitest'
import { readSettings } from '../../src/config.ts'

describe('readSettings', () => {
  it('has a default for everything but the token', () => {
    expect(readSettings({})).toEqual({
      url: 'http://127.0.0.1:7300',
      language: 'en',
      home: '.glovebox',
      host: '127.0.0.1',
      port: 7300,
      environment: {},
    })
  })

  it('reads every variable', () => {
    const environment = {
      GLOVEBOX_URL: 'https://gateway.example',
      GLOVEBOX_TOKEN: ' gb_1\n',
      GLOVEBOX_HOME: 'here',
      GLOVEBOX_HOST: '0.0.0.0',
      GLOVEBOX_PORT: '80',
      GLOVEBOX_POLICIES: 'rules',
      LANG: 'zh_CN.UTF-8',
    }
    expect(readSettings(environment)).toEqual({
      url: 'https://gateway.example',
      token: 'gb_1',
      home: 'here',
      host: '0.0.0.0',
      port: 80,
      policies: 'rules',
      language: 'zh',
      environment,
    })
  })

  it('treats empty variables as unset', () => {
    const empty = { GLOVEBOX_URL: '', GLOVEBOX_TOKEN: '', GLOVEBOX_PORT: '', LC_ALL: '' }
    expect(readSettings({ ...empty, LANG: 'zh_CN.UTF-8' })).toMatchObject({
      url: readSettings({}).url,
      port: readSettings({}).port,
      language: 'zh',
    })
  })

  it.each([
    [{ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en'],
    [{ LC_MESSAGES: 'zh_TW', LANG: 'en_US.UTF-8' }, 'zh'],
    [{ LANG: 'de_DE' }, 'en'],
  ])('speaks the language of %j', (environment, language) => {
    expect(readSettings(environment).language).toBe(language)
  })

  it.each(['x', '65536', '-1', '1.5'])('refuses the port %s', (port) => {
    expect(() => readSettings({ GLOVEBOX_PORT: port })).toThrow(RangeError)
  })
})
