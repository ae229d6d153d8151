/**
 * Proof files: an index, an inclusion proof and a checkpoint as one text that verifies offline.
 *
 * @see https://c2sp.org/tlog-proof
 */

import { decodeBase64, encodeBase64, parseDecimal } from './bytes.ts'
import { HASH_BYTES } from './merkle-tree.ts'

export interface TlogProof {
  readonly index: number
  readonly path: readonly Uint8Array[]
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string
  /** Unauthenticated bytes for the application. */
  readonly extra?: Uint8Array
}

const HEADER = 'c2sp.org/tlog-proof@v1'
const MAX_PATH = 63

export function formatTlogProof({ index, path, checkpoint, extra }: TlogProof): string {
  const extraLine = extra === undefined ? [] : [`extra ${encodeBase64(extra)}`]
  const lines = [HEADER, ...extraLine, `index ${index}`, ...path.map(encodeBase64), '', checkpoint]
  return lines.join('\n')
}

/** Splits a proof file. The checkpoint in it is neither parsed nor trusted. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const split = text.indexOf('\n\n')
  if (split === -1) return undefined
  const [header, ...lines] = text.slice(0, split).split('\n')
  if (header !== HEADER) return undefined
  const extraText = lines[0]?.startsWith('extra ')
    ? lines.shift()?.slice('extra '.length)
    : undefined
  const [indexLine = '', ...nodes] = lines
  const index = indexLine.startsWith('index ') ? parseDecimal(indexLine.slice(6)) : undefined
  const path = nodes.map(decodeBase64)
  const isPath = path.every((node) => node !== undefined && node.length === HASH_BYTES)
  if (index === undefined || !isPath || path.length > MAX_PATH) return undefined
  const checkpoint = text.slice(split + 2)
  const extra = extraText === undefined ? undefined : decodeBase64(extraText)
  if (extraText !== undefined && extra === undefined) return undefined
  const proof = { index, path: path.filter((node) => node !== undefined), checkpoint }
  return extra === undefined ? proof : { ...proof, extra }
}
