/** A published log of one entry bundle in memory, and verifiers that compare instead of hashing. */

import type { LogCopy } from '../../src/cli/demo-stage.ts'
import type { Verifiers } from '../../src/cli/world.ts'

export interface FakeLog {
  readonly files: Map<string, Uint8Array>
  readonly copy: LogCopy
  readonly verifiers: Verifiers
}

export function createFakeLog(leaves: readonly string[]): FakeLog {
  const path = bundlePath(leaves.length)
  const files = new Map<string, Uint8Array>([[path, encodeBundle(leaves.slice(0, 256))]])
  const original = Buffer.from(files.get(path) ?? [])
  return {
    files,
    copy: {
      place: '/tmp/log-copy',
      read: async (name) => files.get(name),
      write: async (name, bytes) => {
        files.set(name, bytes)
      },
    },
    verifiers: {
      policyOf: () => undefined,
      verifyReceipt: (_, { result, policy }) => {
        const isGenuine = Buffer.from(result ?? []).equals(Buffer.from('canonical'))
        const detail = isGenuine
          ? { en: 'the result is the one that was released', zh: '结果与发布的一致' }
          : { en: 'the result is not the one that was released', zh: '结果与发布的不一致' }
        const trust = { en: 'the key is one you trust', zh: '公钥在您的信任策略中' }
        const checks = [
          { name: 'policy', pass: policy !== undefined, detail: trust },
          { name: 'result', pass: isGenuine, detail },
        ]
        return { ok: checks.every(({ pass }) => pass), checks }
      },
      verifyLog: async ({ readFile }) => {
        const size = leaves.length
        const bytes = (await readFile(path)) ?? new Uint8Array()
        const offset = bytes.findIndex((byte, index) => byte !== original[index])
        if (offset < 0) return { ok: true, size, findings: [] }
        const index = entryAt(leaves, offset)
        const detail = { en: 'the entry does not have its hash', zh: '条目与公布的哈希不符' }
        const finding = { check: 'tile', from: index, through: index, detail }
        return { ok: false, size, findings: [finding], firstBad: finding }
      },
    },
  }
}

export function bundlePath(size: number): string {
  return size < 256 ? `tile/entries/000.p/${size}` : 'tile/entries/000'
}

function encodeBundle(leaves: readonly string[]): Uint8Array {
  return Buffer.concat(
    leaves.flatMap((leaf) => {
      const bytes = Buffer.from(leaf)
      return [Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes]
    }),
  )
}

function entryAt(leaves: readonly string[], offset: number): number {
  let end = 0
  return leaves.findIndex((leaf) => {
    end += 2 + Buffer.byteLength(leaf)
    return offset < end
  })
}
