import { describe, expect, it } from 'vitest'
import type { LocalCommands } from '../../../../src/cli/world.ts'
import { decline, ok } from '../../../../src/model/result.ts'
import type { Snapshot } from '../../../../src/model/snapshot.ts'
import { createTestWorld } from '../../../support/test-world.ts'

function worldWith(commands: Partial<LocalCommands>, isTerminal = false) {
  const { commands: defaults } = createTestWorld().world
  return createTestWorld({ overrides: { isTerminal, commands: { ...defaults, ...commands } } })
}

describe('serve and demo', () => {
  it('passes options on and answers with the exit code', async () => {
    const given: unknown[] = []
    const { run } = worldWith({
      serve: async (options) => {
        given.push(options)
        return 1
      },
      demo: async (options) => {
        given.push(options)
        return 0
      },
    })
    expect((await run('serve')).code).toBe(1)
    await run('serve', '--demo', '--port', '0', '--host', '0.0.0.0', '--home', 'h')
    await run('demo', '--lang', 'zh')
    expect(given).toEqual([
      { language: 'en', demo: false, scale: 1 },
      { language: 'en', demo: true, scale: 1, port: 0, host: '0.0.0.0', home: 'h' },
      { language: 'zh' },
    ])
  })

  it.each(['x', '-1', '65536', '1.5'])('refuses the port %s', async (port) => {
    expect((await createTestWorld().run('serve', `--port=${port}`)).code).toBe(2)
  })
})

describe('import', () => {
  const manifest = { tables: [{ product: 'ent_reg', rows: 2000 }] }
  const snapshot = { digest: 'd1', manifest } as unknown as Snapshot

  it('shows progress and what was published', async () => {
    const given: unknown[] = []
    const { run } = worldWith(
      {
        import: async ({ onProgress, ...options }) => {
          given.push(options)
          onProgress(41.7)
          return ok(snapshot)
        },
      },
      true,
    )
    const { code, out, err } = await run('import', 'province', 'ent_reg=a b.csv', 'all.duckdb')
    expect({ code, out }).toEqual({ code: 0, out: 'ent_reg: 2000 rows\nSnapshot: d1\n' })
    expect(err).toContain('province  42 %')
    expect(given).toEqual([
      {
        dataset: 'province',
        sources: [{ path: 'a b.csv', product: 'ent_reg' }, { path: 'all.duckdb' }],
        allowEmpty: false,
      },
    ])
    await run('import', 'province', 'all.duckdb', '--allow-empty')
    expect(given).toMatchObject([{}, { allowEmpty: true }])
  })

  it('prints why a file was refused', async () => {
    const detail = { en: 'ent_reg.csv, row 7: age', zh: 'ent_reg.csv 第 7 行：age' }
    const { run } = worldWith({ import: async () => decline('import-rejected', detail) })
    const { code, err } = await run('import', 'province', 'ent_reg.csv')
    expect(code).toBe(1)
    expect(err).toContain('[import-rejected]')
    expect(err).toContain('row 7')
  })

  it('needs at least one file', async () => {
    expect((await createTestWorld().run('import', 'province')).code).toBe(2)
  })
})
