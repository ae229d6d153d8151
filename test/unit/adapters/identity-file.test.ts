import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type IdentityFile,
  IdentityFileError,
  openIdentityFile,
} from '../../../src/adapters/identity-file.ts'
import { assert } from '../../../src/model/assert.ts'
import { type Principal, PrincipalId } from '../../../src/model/principal.ts'
import { aPrincipal } from '../../support/policy-builders.ts'

let directory = ''
let path = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'identities-'))
  path = join(directory, 'identities.json')
})

afterEach(() => rmSync(directory, { recursive: true }))

const analyst = aPrincipal()
const auditor = aPrincipal({ id: PrincipalId.parse('auditor'), roles: ['auditor'] })

/** The new token; the id must be free. */
function create(identities: IdentityFile, principal: Principal): string {
  const created = identities.createIdentity(principal)
  assert(created.ok, 'the id is free')
  return created.value
}

describe('tokens', () => {
  it('find the principal they were made for', () => {
    const identities = openIdentityFile(path)
    const token = create(identities, analyst)
    const other = create(identities, auditor)
    expect(identities.authenticate(token)).toEqual(analyst)
    expect(identities.authenticate(other)).toEqual(auditor)
    expect(openIdentityFile(path).authenticate(token)).toEqual(analyst)
  })

  it('are recognisable, and never the same twice', () => {
    const identities = openIdentityFile(path)
    const tokens = [analyst, auditor].map((principal) => create(identities, principal))
    for (const token of tokens) expect(token).toMatch(/^gbx_[A-Za-z0-9_-]{43}$/)
    expect(new Set(tokens).size).toBe(2)
  })

  it('are not in the file', () => {
    const token = create(openIdentityFile(path), analyst)
    const text = readFileSync(path, 'utf8')
    expect(text).not.toContain(token.slice('gbx_'.length))
    expect(text).toContain('"tokenDigest"')
  })

  it.each(['', 'gbx_', 'Bearer', `gbx_${'A'.repeat(43)}`, `gbx_${'A'.repeat(44)}`, '虚构'])(
    'that nobody was given find nobody: "%s"',
    (token) => {
      const identities = openIdentityFile(path)
      create(identities, analyst)
      expect(identities.authenticate(token)).toBeUndefined()
    },
  )

  it('differ in every character that counts', () => {
    const identities = openIdentityFile(path)
    const token = create(identities, analyst)
    for (let index = 0; index < token.length; index++) {
      const other = token[index] === 'A' ? 'Q' : 'A'
      const changed = token.slice(0, index) + other + token.slice(index + 1)
      expect(identities.authenticate(changed)).toBeUndefined()
    }
  })
})

describe('the file', () => {
  it('may be missing: then nobody is known', () => {
    const identities = openIdentityFile(path)
    expect(identities.authenticate(`gbx_${'A'.repeat(43)}`)).toBeUndefined()
    expect(identities.principals()).toEqual([])
    expect(existsSync(path)).toBe(false)
  })

  it('belongs to its owner alone, and leaves nothing beside it', () => {
    create(openIdentityFile(path), analyst)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(existsSync(`${path}.new`)).toBe(false)
  })

  it.each([0o604, 0o640, 0o620, 0o601])('is refused with mode %o', (mode) => {
    const identities = openIdentityFile(path)
    const token = create(identities, analyst)
    chmodSync(path, mode)
    expect(() => openIdentityFile(path)).toThrow('others may read it; run "chmod 600" on it')
    expect(() => identities.authenticate(token)).toThrow(IdentityFileError)
    expect(() => create(identities, auditor)).toThrow(IdentityFileError)
    chmodSync(path, 0o600)
    expect(identities.authenticate(token)).toEqual(analyst)
  })

  it.each([
    'not JSON',
    '{}',
    '{"version":2,"identities":[]}',
    '{"version":1,"identities":[],"extra":1}',
    '{"version":1,"identities":[{"principal":{"id":"a","organisation":"b","roles":[]},"tokenDigest":""}]}',
  ])('is refused whole when it holds something else: %s', (text) => {
    writeFileSync(path, text, { mode: 0o600 })
    expect(() => openIdentityFile(path)).toThrow(`${path}: not a file of identities`)
  })
})

describe('changes', () => {
  it('by another process take effect with the next question', () => {
    const here = openIdentityFile(path)
    const there = openIdentityFile(path)
    const token = create(there, analyst)
    expect(here.authenticate(token)).toEqual(analyst)
    expect(there.revokeIdentity(analyst.id)).toBe(true)
    expect(here.authenticate(token)).toBeUndefined()
    expect(here.principals()).toEqual([])
  })

  it('keep what another process wrote in between', () => {
    const [first, second] = [openIdentityFile(path), openIdentityFile(path)]
    const tokens = [create(first, analyst), create(second, auditor)]
    expect(tokens.map((token) => first.authenticate(token)?.id)).toEqual(['analyst', 'auditor'])
  })

  it('refuse an id that is taken, and leave the old token valid', () => {
    const identities = openIdentityFile(path)
    const token = create(identities, analyst)
    expect(identities.createIdentity({ ...auditor, id: analyst.id })).toMatchObject({
      ok: false,
      problem: { code: 'request-invalid' },
    })
    expect(identities.authenticate(token)).toEqual(analyst)
    expect(existsSync(`${path}.new`)).toBe(false)
  })

  it('wait for nobody: a second writer is told so', () => {
    const identities = openIdentityFile(path)
    writeFileSync(`${path}.new`, '')
    expect(() => create(identities, analyst)).toThrow('another process is changing')
    expect(existsSync(`${path}.new`)).toBe(true)
  })

  it('say whether there was anyone to revoke', () => {
    expect(openIdentityFile(path).revokeIdentity(analyst.id)).toBe(false)
  })

  it('refuse a principal that could not be read back', () => {
    const identities = openIdentityFile(path)
    expect(() => identities.createIdentity(aPrincipal({ roles: [] }))).toThrow()
    expect(identities.principals()).toEqual([])
  })
})
