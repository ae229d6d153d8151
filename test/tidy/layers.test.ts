/**
 * The architecture as a test: which folder may import which. To change the architecture, change
 * this table and the diagram in README.md in the same commit.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** What connects everything, and decides nothing. */
const EVERYTHING = [
  'src/composition',
  'src/config.ts',
  'src/model',
  'src/core',
  'src/pipeline/ports.ts',
  'src/pipeline',
  'src/adapters',
  'src/gateway',
  'src/cli',
]

/** The first matching prefix owns a file, so single files stand above their folders. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': EVERYTHING,
  'src/composition': EVERYTHING,
  'src/config.ts': ['src/model'],
  'sandbox/protocol.ts': [],
  'src/pipeline/ports.ts': ['src/model'],
  sandbox: ['sandbox', 'sandbox/protocol.ts'],
  'src/model': ['src/model'],
  'src/core': ['src/core', 'src/model'],
  'src/pipeline': ['src/pipeline', 'src/pipeline/ports.ts', 'src/core', 'src/model'],
  'src/adapters': ['src/adapters', 'src/pipeline/ports.ts', 'src/model', 'sandbox/protocol.ts'],
  'src/gateway': ['src/gateway', 'src/pipeline/ports.ts', 'src/model'],
  'src/cli': ['src/cli', 'src/pipeline/ports.ts', 'src/model', 'src/core'],
}

/** Beyond its folder's rule, the command line may only verify: no other part of core. */
const COMMAND_LINE_CORE = /\/core\/(?!transparency\/)/

/** Packages and built-in modules that only some folders may use. */
const RESERVED_MODULES = [
  { module: /^@duckdb\//, only: ['sandbox'] },
  { module: /^apache-arrow$/, only: ['src/gateway', 'sandbox'] },
  { module: /^hono|^@hono\//, only: ['src/gateway', 'src/composition'] },
  { module: /^node:child_process$/, only: ['src/adapters', 'sandbox'] },
  {
    module: /^node:(fs|net|http)/,
    only: ['src/adapters', 'src/cli', 'src/composition', 'src/main.ts', 'sandbox'],
  },
]

/** Names that only some folders may use. */
const RESERVED_NAMES = [
  { name: /\breveal\b/, only: ['src/model/confidential.ts', 'src/core/release'] },
  { name: /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)/, only: ['src/adapters'] },
  { name: /\bprocess\.env\b/, only: ['src/config.ts', 'sandbox/canary.ts'] },
]

const files = ['src', 'sandbox'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path)),
)

describe.each(files)('%s', (file) => {
  const source = readFileSync(join(ROOT, file), 'utf8')
  const code = source.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '')
  const modules = [...code.matchAll(/(?:from|import) '([^']+)'/g)].map(([, path = '']) => path)

  it('imports only what its folder may', () => {
    const imported = modules
      .filter((path) => path.startsWith('.'))
      .map((path) => ownerOf(relative(ROOT, join(ROOT, file, '..', path))))
    const allowed = MAY_IMPORT[ownerOf(file)] ?? []
    expect(imported.filter((owner) => !allowed.includes(owner))).toEqual([])
    if (file.startsWith('src/cli'))
      expect(modules.filter((path) => COMMAND_LINE_CORE.test(path))).toEqual([])
  })

  it('uses no package that belongs to another folder', () => {
    const foreign = modules.filter((path) =>
      RESERVED_MODULES.some(
        ({ module, only }) => module.test(path) && !only.some((owner) => file.startsWith(owner)),
      ),
    )
    expect(foreign).toEqual([])
  })

  it('opens with a comment that says what it is for', () => {
    expect(source).toMatch(/^(#!.*\n)?\/\*\*/)
  })

  it.each(RESERVED_NAMES)('leaves $name to its owners', ({ name, only }) => {
    if (!only.some((owner) => file.startsWith(owner))) expect(code).not.toMatch(name)
  })
})

describe('folders', () => {
  const folders = [...new Set(files.map((file) => join(file, '..')))]

  it.each(folders)('%s has a README of at most one screen', (folder) => {
    if (folder === 'src') return
    const readme = join(ROOT, folder, 'README.md')
    expect(existsSync(readme)).toBe(true)
    expect(readFileSync(readme, 'utf8').split('\n').length).toBeLessThanOrEqual(50)
  })
})

function ownerOf(path: string): string {
  return Object.keys(MAY_IMPORT).find((prefix) => path.startsWith(prefix)) ?? path
}
