/**
 * Which subtrees a proof consists of, and how a proof is verified.
 *
 * @see RFC 9162, section 2.1.3 (inclusion) and 2.1.4 (consistency).
 */

import { sameBytes } from './bytes.ts'
import { HASH_BYTES, nodeHash } from './merkle-tree.ts'

/** Leaves `start` up to but not including `end`. */
export interface LeafRange {
  readonly start: number
  readonly end: number
}

/** A root and the number of leaves under it. */
export interface TreeHead {
  readonly size: number
  readonly root: Uint8Array
}

/** The subtrees whose hashes prove that leaf `index` is in the tree of `size`, lowest first. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start)
    if (index < middle) {
      ranges.unshift({ start: middle, end })
      end = middle
    } else {
      ranges.unshift({ start, end: middle })
      start = middle
    }
  }
  return ranges
}

/** The subtrees whose hashes prove that the tree of `to` extends the tree of `from`. */
export function consistencyRanges(from: number, to: number): LeafRange[] {
  const ranges: LeafRange[] = []
  let start = 0
  let end = to
  while (from < end) {
    const middle = start + largestPowerBelow(end - start)
    if (from <= middle) {
      ranges.unshift({ start: middle, end })
      end = middle
    } else {
      ranges.unshift({ start, end: middle })
      start = middle
    }
  }
  // A verifier knows the old root, so the old tree itself is left out when it is a subtree.
  return start === 0 ? ranges : [{ start, end }, ...ranges]
}

/** Checks that a leaf is at `index` under `head`. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  proof: readonly Uint8Array[],
  head: TreeHead,
): boolean {
  if (!isIndex(index) || !isIndex(head.size) || index >= head.size) return false
  if (![leaf, head.root, ...proof].every(isHash)) return false
  let position = index
  let last = head.size - 1
  let root = leaf
  for (const node of proof) {
    if (last === 0) return false
    if (position % 2 === 1 || position === last) {
      root = nodeHash(node, root)
      while (position % 2 === 0 && position !== 0) {
        position = half(position)
        last = half(last)
      }
    } else {
      root = nodeHash(root, node)
    }
    position = half(position)
    last = half(last)
  }
  return last === 0 && sameBytes(root, head.root)
}

/** Checks that `later` only added leaves to `earlier`. An empty earlier tree proves nothing. */
export function verifyConsistency(
  earlier: TreeHead,
  later: TreeHead,
  proof: readonly Uint8Array[],
): boolean {
  if (!isIndex(earlier.size) || !isIndex(later.size)) return false
  if (earlier.size === 0 || earlier.size > later.size) return false
  if (earlier.size === later.size) {
    return proof.length === 0 && sameBytes(earlier.root, later.root)
  }
  return [earlier.root, ...proof].every(isHash) && isExtension(earlier, later, proof)
}

function isExtension(earlier: TreeHead, later: TreeHead, proof: readonly Uint8Array[]): boolean {
  const path = isPowerOfTwo(earlier.size) ? [earlier.root, ...proof] : proof
  let [position, last] = climbWhileRight(earlier.size - 1, later.size - 1)
  const [seed, ...nodes] = path
  if (seed === undefined) return false
  let earlierRoot = seed
  let laterRoot = seed
  for (const node of nodes) {
    if (last === 0) return false
    if (position % 2 === 1 || position === last) {
      earlierRoot = nodeHash(node, earlierRoot)
      laterRoot = nodeHash(node, laterRoot)
      while (position % 2 === 0 && position !== 0) {
        position = half(position)
        last = half(last)
      }
    } else {
      laterRoot = nodeHash(laterRoot, node)
    }
    position = half(position)
    last = half(last)
  }
  return last === 0 && sameBytes(earlierRoot, earlier.root) && sameBytes(laterRoot, later.root)
}

function climbWhileRight(position: number, last: number): [number, number] {
  let [at, end] = [position, last]
  while (at % 2 === 1) [at, end] = [half(at), half(end)]
  return [at, end]
}

function largestPowerBelow(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

function isPowerOfTwo(count: number): boolean {
  let rest = count
  while (rest % 2 === 0) rest = half(rest)
  return rest === 1
}

function isIndex(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES
}

function half(value: number): number {
  return Math.floor(value / 2)
}
