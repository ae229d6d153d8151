import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify as toYaml } from 'yaml'
import { openPolicyFiles } from '../../../src/adapters/policy-files.ts'
import { anAgreement, aProduct, aRelease } from '../../support/policy-builders.ts'

const stringify = (value: unknown) => toYaml(value, { aliasDuplicateObjects: false })

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'policies-'))
  for (const folder of ['products', 'agreements', 'release']) await mkdir(join(directory, folder))
  await write('products/sales.yaml', stringify(aProduct()))
  await write('agreements/AGR-1.yaml', stringify(anAgreement()))
  await write('release/firms.yaml', stringify(aRelease()))
})

afterEach(() => rm(directory, { recursive: true }))

function write(path: string, text: string): Promise<void> {
  return writeFile(join(directory, path), text)
}

describe('openPolicyFiles', () => {
  it('reads the three folders by name', async () => {
    const { products, agreements, releases } = (await openPolicyFiles(directory)).current()
    expect(products).toEqual(new Map([['sales', aProduct()]]))
    expect(agreements).toEqual(new Map([['AGR-1', anAgreement()]]))
    expect(releases).toEqual(new Map([['firms', aRelease()]]))
  })

  it('reads them once', async () => {
    const store = await openPolicyFiles(directory)
    const before = store.current()
    await write('agreements/AGR-1.yaml', stringify(anAgreement({ state: 'suspended' })))
    expect(store.current()).toBe(before)
  })

  it('names the set by its content, not by comments and layout', async () => {
    const digest = async () => (await openPolicyFiles(directory)).current().digest
    const before = await digest()
    await write('agreements/AGR-1.yaml', `# Reviewed.\n${JSON.stringify(anAgreement())}`)
    expect(await digest()).toBe(before)
    await write('agreements/AGR-1.yaml', stringify(anAgreement({ version: 2 })))
    expect(await digest()).not.toBe(before)
  })

  it('fails when a folder is missing', async () => {
    await rm(join(directory, 'release'), { recursive: true })
    await expect(openPolicyFiles(directory)).rejects.toThrow('ENOENT')
  })
})

describe('what is wrong', () => {
  it.each([
    {
      why: 'a field that is missing',
      text: stringify({ ...anAgreement(), purpose: undefined }),
      message: 'agreements/AGR-1.yaml: purpose: ',
    },
    {
      why: 'a field that is not known, where it is',
      text: stringify({ ...anAgreement(), term: { from: '2026-01-01', til: '2026-12-31' } }),
      message: 'agreements/AGR-1.yaml: term.to: ',
    },
    {
      why: 'a column without uses',
      text: stringify(anAgreement({ products: { sales: { key: [] } } })),
      message: 'agreements/AGR-1.yaml: products.sales.key: ',
    },
    { why: 'an empty file', text: '', message: 'agreements/AGR-1.yaml: the file: ' },
    {
      why: 'text that is no YAML',
      text: 'parties: [',
      message: 'agreements/AGR-1.yaml: Flow sequence in block collection',
    },
    {
      why: 'a key that is given twice',
      text: 'id: AGR-1\nid: AGR-2\n',
      message: 'agreements/AGR-1.yaml: Map keys must be unique at line 2',
    },
    {
      why: 'an unknown tag',
      text: 'id: !secret AGR-1\n',
      message: 'agreements/AGR-1.yaml: Unresolved tag: !secret at line 1',
    },
    {
      why: 'an alias',
      text: 'id: &name AGR-1\nrelease: *name\n',
      message: 'agreements/AGR-1.yaml: aliases are not allowed',
    },
    {
      why: 'two documents in one file',
      text: `${stringify(anAgreement())}---\nid: AGR-2\n`,
      message: 'agreements/AGR-1.yaml: Source contains multiple documents',
    },
    {
      why: 'a file that is not named after what it describes',
      text: stringify({ ...anAgreement(), id: 'AGR-2' }),
      message: 'agreements/AGR-1.yaml: the file is not named after "AGR-2"',
    },
  ])('names the file and the place: $why', async ({ text, message }) => {
    await write('agreements/AGR-1.yaml', text)
    await expect(openPolicyFiles(directory)).rejects.toThrow(message)
  })

  it('skips no file: one with another ending is a mistake', async () => {
    await write('release/firms.yml', stringify(aRelease()))
    await expect(openPolicyFiles(directory)).rejects.toThrow(
      'release/firms.yml: only .yaml files belong here',
    )
  })

  it('lists every problem at once', async () => {
    await write('products/sales.yaml', 'id: 1\n')
    await write('agreements/AGR-1.yaml', 'id: 1\n')
    const problem = await openPolicyFiles(directory).catch(String)
    expect(problem).toContain('products/sales.yaml: id: ')
    expect(problem).toContain('products/sales.yaml: columns: ')
    expect(problem).toContain('agreements/AGR-1.yaml: id: ')
  })
})
