/**
 * Checkpoints: the size and root of a log as a note that the log signs.
 *
 * @see https://c2sp.org/tlog-checkpoint
 */

import { decodeBase64, encodeBase64, parseDecimal } from './bytes.ts'
import type { TreeHead } from './merkle-proofs.ts'
import { HASH_BYTES } from './merkle-tree.ts'
import { type NoteSigner, parseNote, signNote } from './signed-note.ts'

export interface Checkpoint extends TreeHead {
  readonly origin: string
}

export function signCheckpoint(head: TreeHead, signer: NoteSigner): string {
  return signNote(`${signer.origin}\n${head.size}\n${encodeBase64(head.root)}\n`, signer)
}

/** Parses the text of a checkpoint note. Extension lines are allowed and ignored. */
export function parseCheckpointText(text: string): Checkpoint | undefined {
  const lines = text.split('\n')
  if (lines.length < 4 || lines.pop() !== '' || lines.includes('')) return undefined
  const [origin = '', sizeText = '', rootText = ''] = lines
  const size = parseDecimal(sizeText)
  const root = decodeBase64(rootText)
  if (size === undefined || root?.length !== HASH_BYTES) return undefined
  return { origin, size, root }
}

/** Reads a checkpoint without trusting it: whoever calls this checks signatures elsewhere. */
export function readCheckpoint(note: string): Checkpoint | undefined {
  const parsed = parseNote(note)
  return parsed === undefined ? undefined : parseCheckpointText(parsed.text)
}
