import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFileSigner } from '../../../src/adapters/file-signer.ts'
import { verifyEd25519 } from '../../../src/core/transparency/signed-note.ts'
import { scratchFolder } from '../../support/scratch-folder.ts'

describe('the file signer', () => {
  it('makes its key once, for its owner only', async () => {
    const path = join(scratchFolder(), 'keys/log.pem')
    const [first, second] = await Promise.all([1, 2].map(() => openFileSigner(path, 'log.test')))
    const third = await openFileSigner(path, 'log.test')
    expect(second?.publicKey).toEqual(first?.publicKey)
    expect(third.publicKey).toEqual(first?.publicKey)
    expect(third.publicKey).toHaveLength(32)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('signs what its public key verifies', async () => {
    const signer = await openFileSigner(join(scratchFolder(), 'log.pem'), 'log.test')
    const message = Buffer.from('a checkpoint')
    const signature = signer.sign(message)
    expect(verifyEd25519(signer.publicKey, message, signature)).toBe(true)
    expect(verifyEd25519(signer.publicKey, Buffer.from('another'), signature)).toBe(false)
    expect(verifyEd25519(signer.publicKey, message, signature.subarray(1))).toBe(false)
  })

  it('refuses a key file that others can read, that is a link, or that holds another kind', async () => {
    const folder = scratchFolder()
    const path = join(folder, 'log.pem')
    await openFileSigner(path, 'log.test')
    symlinkSync(path, join(folder, 'link.pem'))
    await expect(openFileSigner(join(folder, 'link.pem'), 'log.test')).rejects.toThrow('ELOOP')
    chmodSync(path, 0o604)
    await expect(openFileSigner(path, 'log.test')).rejects.toThrow('others may read it')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const other = join(folder, 'ec.pem')
    writeFileSync(other, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
    await expect(openFileSigner(other, 'log.test')).rejects.toThrow('Ed25519')
  })

  it('refuses an origin that no signed note can name', async () => {
    const path = join(scratchFolder(), 'log.pem')
    for (const origin of ['', 'two words', 'a+b', 'a\u00a0b'])
      await expect(openFileSigner(path, origin)).rejects.toThrow('origin')
  })
})
