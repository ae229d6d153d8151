/** RFC 6962, section 2.1, written out as the text defines it: slow, and obviously so. */

import { createHash } from 'node:crypto'

export function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (only === undefined) return digest([])
  if (leaves.length === 1) return digest([Uint8Array.of(0), only])
  const split = splitOf(leaves.length)
  return digest([
    Uint8Array.of(1),
    naiveRoot(leaves.slice(0, split)),
    naiveRoot(leaves.slice(split)),
  ])
}

/** PATH(m, D[n]) of section 2.1.1. */
export function naiveInclusion(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return []
  const split = splitOf(leaves.length)
  return index < split
    ? [...naiveInclusion(index, leaves.slice(0, split)), naiveRoot(leaves.slice(split))]
    : [...naiveInclusion(index - split, leaves.slice(split)), naiveRoot(leaves.slice(0, split))]
}

/** SUBPROOF(m, D[n], b) of section 2.1.2. */
export function naiveConsistency(
  size: number,
  leaves: readonly Uint8Array[],
  isWhole = true,
): Uint8Array[] {
  if (size === leaves.length) return isWhole ? [] : [naiveRoot(leaves)]
  const split = splitOf(leaves.length)
  return size <= split
    ? [...naiveConsistency(size, leaves.slice(0, split), isWhole), naiveRoot(leaves.slice(split))]
    : [
        ...naiveConsistency(size - split, leaves.slice(split), false),
        naiveRoot(leaves.slice(0, split)),
      ]
}

function splitOf(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1))
}

function digest(parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
