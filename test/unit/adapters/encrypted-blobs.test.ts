import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openEncryptedBlobs, VaultDamaged } from '../../../src/adapters/encrypted-blobs.ts'
import { MemoryBlobs } from '../../support/journal-ports.ts'
import { required } from '../../support/required.ts'
import { scratchFolder } from '../../support/scratch-folder.ts'

const SQL = Buffer.from("SELECT count(*) FROM claims WHERE name = 'Ada'")

async function openVault(inner = new MemoryBlobs(), folder = scratchFolder()) {
  const keyFile = join(folder, 'vault.key')
  return { inner, keyFile, vault: await openEncryptedBlobs(inner, keyFile) }
}

describe('the vault', () => {
  it('gives back what was written, also after it was opened again', async () => {
    const { inner, keyFile, vault } = await openVault()
    await vault.write('sql/1', SQL)
    expect(await vault.read('sql/1')).toEqual(SQL)
    const again = await openEncryptedBlobs(inner, keyFile)
    expect(await again.read('sql/1')).toEqual(SQL)
    await vault.erase('sql/1')
    expect(await again.read('sql/1')).toBeUndefined()
  })

  it('stores no plain text, and never the same bytes twice', async () => {
    const { inner, vault } = await openVault()
    await vault.write('sql/1', SQL)
    const first = required(inner.files.get('sql/1'))
    await vault.write('sql/1', SQL)
    const second = required(inner.files.get('sql/1'))
    expect(Buffer.from(first).includes('Ada')).toBe(false)
    expect(Buffer.from(first).equals(second)).toBe(false)
  })

  it('refuses a blob that was changed in any byte, cut, or emptied', async () => {
    const { inner, vault } = await openVault()
    await vault.write('sql/1', SQL)
    const sealed = required(inner.files.get('sql/1'))
    for (let at = 0; at < sealed.length; at++) {
      inner.files.set(
        'sql/1',
        Uint8Array.from(sealed.map((byte, n) => (n === at ? byte ^ 1 : byte))),
      )
      await expect(vault.read('sql/1')).rejects.toThrow(VaultDamaged)
    }
    for (const length of [0, 1, 28, sealed.length - 1]) {
      inner.files.set('sql/1', sealed.subarray(0, length))
      await expect(vault.read('sql/1')).rejects.toThrow(VaultDamaged)
    }
  })

  it('refuses a blob under another name or another key', async () => {
    const { inner, vault } = await openVault()
    await vault.write('sql/1', SQL)
    inner.files.set('sql/2', required(inner.files.get('sql/1')))
    await expect(vault.read('sql/2')).rejects.toThrow(VaultDamaged)
    const { vault: stranger } = await openVault(inner)
    await expect(stranger.read('sql/1')).rejects.toThrow(VaultDamaged)
  })

  it('keeps its key from other users, and refuses one that is not kept so', async () => {
    const { inner, keyFile } = await openVault()
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    chmodSync(keyFile, 0o640)
    await expect(openEncryptedBlobs(inner, keyFile)).rejects.toThrow('others may read it')
    chmodSync(keyFile, 0o600)
    writeFileSync(keyFile, 'short')
    await expect(openEncryptedBlobs(inner, keyFile)).rejects.toThrow('32 bytes')
  })
})
