/**
 * What someone with access to a published log may try, as copies of one genuine log. Verifiers in
 * any language must reject each copy.
 */

import { signCheckpoint } from '../../src/core/transparency/checkpoint.ts'
import { decodeBundle, encodeBundle } from '../../src/core/transparency/entry-bundle.ts'
import { Frontier, leafHash } from '../../src/core/transparency/merkle-tree.ts'
import { TileBuilder } from '../../src/core/transparency/tile-builder.ts'
import type { Signer } from '../../src/pipeline/ports.ts'
import { openTestLog, runJobs } from './a-log.ts'
import { MemoryBlobs, seededSigner } from './journal-ports.ts'
import { required } from './required.ts'

export type LogFiles = ReadonlyMap<string, Uint8Array>

export interface GenuineLog {
  readonly files: LogFiles
  readonly policy: string
  readonly size: number
  /** An earlier checkpoint, as someone may have kept it. */
  readonly held: string
}

/** Three bundles: two full ones and a partial one. */
const JOBS = 75

export async function aGenuineLog(): Promise<GenuineLog> {
  const tiles = new MemoryBlobs()
  const { journal } = await openTestLog({ tiles })
  await runJobs(journal, 50)
  await journal.flushPublication()
  const held = journal.checkpoint()
  await runJobs(journal, JOBS - 50, 50)
  await journal.flushPublication()
  return { files: tiles.files, policy: journal.trustPolicy(), size: journal.size, held }
}

export interface Tampering {
  readonly name: string
  readonly tamper: (log: GenuineLog) => LogFiles
  /** First and last entry among which the verifier must place the first bad one. */
  readonly firstBad?: readonly [number, number]
  /** Only who kept an earlier checkpoint can tell. */
  readonly needsHeld?: boolean
}

const log = seededSigner('log')
const thief = seededSigner('thief')
const CHANGED = 300
/** The next entry of the same job. */
const FOLLOWING = 301

export const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'an entry changed',
    tamper: ({ files }) => editBundle(files, 1, 256, (leaves) => change(leaves, CHANGED - 256)),
    firstBad: [CHANGED, CHANGED],
  },
  {
    name: 'an entry changed with its leaf hash',
    tamper: ({ files }) => rehash(files, 1, 256, (leaves) => change(leaves, CHANGED - 256)),
    firstBad: [CHANGED, FOLLOWING],
  },
  {
    name: 'an entry of no job changed with its leaf hash',
    tamper: ({ files }) => rehash(files, 0, 256, (leaves) => change(leaves, 0)),
    firstBad: [0, 255],
  },
  {
    name: 'an entry changed with all hashes above it',
    tamper: (given) => rebuild(given, (leaves) => change(leaves, CHANGED)),
    firstBad: [CHANGED, FOLLOWING],
  },
  {
    name: 'an entry changed with all hashes, signed by another key',
    tamper: (given) => rebuild(given, (leaves) => change(leaves, CHANGED), thief),
    firstBad: [CHANGED, FOLLOWING],
  },
  {
    name: 'two entries swapped with their leaf hashes',
    tamper: ({ files }) => rehash(files, 1, 256, (leaves) => swap(leaves, 44, 52)),
    firstBad: [291, CHANGED],
  },
  {
    name: 'two entries swapped with all hashes',
    tamper: (given) => rebuild(given, (leaves) => swap(leaves, 300, 308)),
    firstBad: [291, CHANGED],
  },
  {
    name: 'an entry deleted with all hashes',
    tamper: (given) => rebuild(given, (leaves) => leaves.toSpliced(CHANGED, 1)),
    firstBad: [CHANGED - 1, CHANGED],
  },
  {
    name: 'an entry inserted with all hashes',
    tamper: (given) =>
      rebuild(given, (leaves) => leaves.toSpliced(CHANGED, 0, required(leaves[10]))),
    firstBad: [0, CHANGED],
  },
  {
    name: 'the tail cut off and signed by another key',
    tamper: (given) => rebuild(given, (leaves) => leaves.slice(0, 400), thief),
  },
  {
    name: 'the tail cut off and signed by the log itself',
    tamper: (given) => rebuild(given, (leaves) => leaves.slice(0, 300), log),
    needsHeld: true,
  },
  {
    name: 'the history rewritten and signed by the log itself',
    tamper: (given) => rebuild(given, (leaves) => leaves.toSpliced(-8, 8).toSpliced(9, 8), log),
    needsHeld: true,
  },
  {
    name: 'the checkpoint of another origin',
    tamper: ({ files }) => {
      const { size, root } = headOf(leavesOf(files))
      const other = seededSigner('log', 'other.test/log')
      return withFile(files, 'checkpoint', Buffer.from(signCheckpoint({ size, root }, other)))
    },
  },
  {
    name: 'a checkpoint signed by another key under the same name',
    tamper: ({ files }) => {
      const head = headOf(leavesOf(files))
      return withFile(files, 'checkpoint', Buffer.from(signCheckpoint(head, thief)))
    },
  },
  {
    name: 'a checkpoint with a flipped signature',
    tamper: ({ files }) => {
      const note = String(files.get('checkpoint'))
      return withFile(files, 'checkpoint', Buffer.from(`${note.slice(0, -4)}AA=\n`))
    },
  },
  {
    name: 'a checkpoint that states another root',
    tamper: ({ files }) => {
      const { size } = headOf(leavesOf(files))
      const root = leafHash(Buffer.from('other'))
      return withFile(files, 'checkpoint', Buffer.from(signCheckpoint({ size, root }, log)))
    },
    firstBad: [0, 600],
  },
  {
    name: 'no checkpoint',
    tamper: ({ files }) => withoutFile(files, 'checkpoint'),
  },
  {
    name: 'a missing bundle',
    tamper: ({ files }) => withoutFile(files, 'tile/entries/001'),
    firstBad: [256, 511],
  },
  {
    name: 'a missing hash tile',
    tamper: ({ files }) => withoutFile(files, 'tile/0/001'),
    firstBad: [256, 511],
  },
  {
    name: 'a hash changed in a tile above',
    tamper: ({ files }) =>
      withFile(files, 'tile/1/000.p/2', flip(required(files.get('tile/1/000.p/2')), 40)),
    firstBad: [256, 511],
  },
  {
    name: 'bytes behind a bundle',
    tamper: ({ files }) =>
      withFile(files, 'tile/entries/001', Buffer.concat([bytesOf(files, 1), Buffer.from('more')])),
    firstBad: [256, 511],
  },
  {
    name: 'bytes behind a hash tile',
    tamper: ({ files }) =>
      withFile(
        files,
        'tile/0/001',
        Buffer.concat([required(files.get('tile/0/001')), Buffer.alloc(32)]),
      ),
    firstBad: [256, 511],
  },
]

/** Rewrites the bundle and nothing else. */
function editBundle(files: LogFiles, index: number, width: number, edit: Edit): LogFiles {
  const path = `tile/entries/00${index}`
  return withFile(
    files,
    path,
    encodeBundle(edit(required(decodeBundle(bytesOf(files, index), width)))),
  )
}

/** Rewrites the bundle and the leaf hashes over it. */
function rehash(files: LogFiles, index: number, width: number, edit: Edit): LogFiles {
  const edited = editBundle(files, index, width, edit)
  const leaves = required(decodeBundle(bytesOf(edited, index), width))
  return withFile(edited, `tile/0/00${index}`, Buffer.concat(leaves.map(leafHash)))
}

/** Rewrites every file; the checkpoint only when someone signs it anew. */
function rebuild({ files }: GenuineLog, edit: Edit, signer?: Signer): LogFiles {
  const leaves = edit(leavesOf(files))
  const rebuilt = new Map<string, Uint8Array>()
  const builder = new TileBuilder()
  for (const leaf of leaves)
    for (const { path, bytes } of builder.append(leaf, leafHash(leaf))) rebuilt.set(path, bytes)
  for (const { path, bytes } of builder.partials()) rebuilt.set(path, bytes)
  const { size, root } = headOf(leaves)
  const note = signer === undefined ? undefined : signCheckpoint({ size, root }, signer)
  const genuine = required(files.get('checkpoint'))
  rebuilt.set('checkpoint', note === undefined ? genuine : Buffer.from(note))
  // Without a new checkpoint the size stays, and files of that size must exist.
  return note === undefined ? new Map([...files, ...rebuilt]) : rebuilt
}

type Edit = (leaves: readonly Uint8Array[]) => readonly Uint8Array[]

function change(leaves: readonly Uint8Array[], at: number): readonly Uint8Array[] {
  const text = String(Buffer.from(required(leaves[at])))
  const changed = Buffer.from(text.replace('"organisation":"', '"organisation":"x'))
  return leaves.with(at, changed)
}

function swap(leaves: readonly Uint8Array[], a: number, b: number): readonly Uint8Array[] {
  return leaves.with(a, required(leaves[b])).with(b, required(leaves[a]))
}

function headOf(leaves: readonly Uint8Array[]): { size: number; root: Uint8Array } {
  const frontier = new Frontier()
  for (const leaf of leaves) frontier.append(leafHash(leaf))
  return { size: frontier.size, root: frontier.root() }
}

function leavesOf(files: LogFiles): readonly Uint8Array[] {
  const size = Number(String(Buffer.from(required(files.get('checkpoint')))).split('\n')[1])
  const widths = [256, 256, size - 512]
  return widths.flatMap((width, index) => {
    const suffix = width === 256 ? '' : `.p/${width}`
    const bytes = required(files.get(`tile/entries/00${index}${suffix}`))
    return required(decodeBundle(bytes, width))
  })
}

function bytesOf(files: LogFiles, bundle: number): Uint8Array {
  return required(files.get(`tile/entries/00${bundle}`))
}

function withFile(files: LogFiles, path: string, bytes: Uint8Array): LogFiles {
  return new Map([...files, [path, bytes]])
}

function withoutFile(files: LogFiles, path: string): LogFiles {
  return new Map([...files].filter(([name]) => name !== path))
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, n) => (n === at ? byte ^ 1 : byte))
}
