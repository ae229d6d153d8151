/**
 * RFC 6962 Merkle trees: the hashes, and the frontier that grows a tree one leaf at a time.
 *
 * Sizes and indexes are safe integers, so halving uses division: 32-bit operators would wrap.
 */

import { hash } from 'node:crypto'

export const HASH_BYTES = 32

/** The root of the tree without leaves. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0))

export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}

/** Domain separation: a leaf starts with 0x00, a node with 0x01, so neither passes for the other. */
export function leafHash(leaf: Uint8Array): Uint8Array {
  const preimage = Buffer.allocUnsafe(leaf.length + 1)
  preimage[0] = 0
  preimage.set(leaf, 1)
  return sha256(preimage)
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const preimage = Buffer.allocUnsafe(1 + 2 * HASH_BYTES)
  preimage[0] = 1
  preimage.set(left, 1)
  preimage.set(right, 1 + HASH_BYTES)
  return sha256(preimage)
}

/** Joins neighbouring complete subtrees, largest first, as they lie at the right edge of a tree. */
export function joinSubtrees(subtrees: readonly Uint8Array[]): Uint8Array {
  if (subtrees.length === 0) return EMPTY_ROOT
  return subtrees.reduceRight((right, left) => nodeHash(left, right))
}

/** The root of a complete subtree from its bottom row. The row holds a power of two of hashes. */
export function completeRoot(row: readonly Uint8Array[]): Uint8Array {
  const frontier = new Frontier()
  for (const node of row) frontier.append(node)
  return frontier.root()
}

/** The complete subtrees of a tree, largest first: all that appending and the root need. */
export class Frontier {
  readonly #subtrees: Uint8Array[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Adds the hash of the next leaf. */
  append(leaf: Uint8Array): void {
    let subtree = leaf
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.#subtrees.pop()
      if (left !== undefined) subtree = nodeHash(left, subtree)
    }
    this.#subtrees.push(subtree)
    this.#size += 1
  }

  root(): Uint8Array {
    return joinSubtrees(this.#subtrees)
  }
}
