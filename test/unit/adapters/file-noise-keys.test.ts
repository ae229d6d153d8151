import { chmodSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openNoiseKeys, rotateNoiseKey } from '../../../src/adapters/file-noise-keys.ts'
import { temporaryFolder } from '../../support/state.ts'

describe('openNoiseKeys', () => {
  it('makes one key of 32 bytes that only its owner can read, and keeps it', () => {
    const path = join(temporaryFolder('noise'), 'keys', 'noise.json')
    const first = openNoiseKeys(path)
    expect(first.currentEpoch).toBe(1)
    expect(first.keyOf(1)).toHaveLength(32)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(openNoiseKeys(path).keyOf(1)).toEqual(first.keyOf(1))
    expect(first.keyOf(2)).toBeUndefined()
  })

  it('refuses a file that others may read', () => {
    const path = join(temporaryFolder('noise'), 'noise.json')
    openNoiseKeys(path)
    chmodSync(path, 0o644)
    expect(() => openNoiseKeys(path)).toThrow('chmod 600')
  })
})

describe('rotateNoiseKey', () => {
  it('starts a new epoch and keeps the keys that replay needs', () => {
    const path = join(temporaryFolder('noise'), 'noise.json')
    const before = openNoiseKeys(path)
    rotateNoiseKey(path)
    const after = openNoiseKeys(path)
    expect(after.currentEpoch).toBe(2)
    expect(after.keyOf(1)).toEqual(before.keyOf(1))
    expect(after.keyOf(2)).not.toEqual(before.keyOf(1))
    expect(readFileSync(path, 'utf8')).toContain('"epoch": 2')
  })
})
