import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../../src/core/transparency/merkle-tree.ts'
import {
  formatTlogProof,
  parseTlogProof,
  type TlogProof,
} from '../../../../src/core/transparency/tlog-proof.ts'

const NODE = sha256(Buffer.from('node'))
const NODE_TEXT = Buffer.from(NODE).toString('base64')

describe('a proof file', () => {
  it.each([
    [
      'two hashes',
      { index: 5, path: [NODE, NODE], checkpoint: 'checkpoint\n' },
      `c2sp.org/tlog-proof@v1\nindex 5\n${NODE_TEXT}\n${NODE_TEXT}\n\ncheckpoint\n`,
    ],
    [
      'extra data',
      { index: 10, path: [NODE], checkpoint: 'checkpoint\n', extra: Buffer.from('more') },
      `c2sp.org/tlog-proof@v1\nextra bW9yZQ==\nindex 10\n${NODE_TEXT}\n\ncheckpoint\n`,
    ],
    [
      'no hashes',
      { index: 0, path: [], checkpoint: 'a\n1\nb\n\n— x y\n' },
      'c2sp.org/tlog-proof@v1\nindex 0\n\na\n1\nb\n\n— x y\n',
    ],
  ] as [string, TlogProof, string][])('with %s is written and read back', (_, proof, text) => {
    expect(formatTlogProof(proof)).toBe(text)
    expect(parseTlogProof(text)).toEqual(proof)
  })

  it.each([
    ['another header', 'c2sp.org/tlog-proof@v2\nindex 0\n\ncheckpoint\n'],
    ['extra data that is no base64', 'c2sp.org/tlog-proof@v1\nextra !!\nindex 0\n\ncheckpoint\n'],
    ['no index', 'c2sp.org/tlog-proof@v1\n\ncheckpoint\n'],
    ['an index that is no number', 'c2sp.org/tlog-proof@v1\nindex five\n\ncheckpoint\n'],
    ['a negative index', 'c2sp.org/tlog-proof@v1\nindex -5\n\ncheckpoint\n'],
    ['a leading zero', 'c2sp.org/tlog-proof@v1\nindex 05\n\ncheckpoint\n'],
    ['a hash that is no base64', 'c2sp.org/tlog-proof@v1\nindex 0\n!!\n\ncheckpoint\n'],
    ['a hash of another length', 'c2sp.org/tlog-proof@v1\nindex 0\nYWJj\n\ncheckpoint\n'],
    ['no empty line', `c2sp.org/tlog-proof@v1\nindex 0\n${NODE_TEXT}\ncheckpoint\n`],
    ['extra data in another place', 'c2sp.org/tlog-proof@v1\nindex 0\nextra YQ==\n\ncheckpoint\n'],
    [
      'more hashes than a tree has levels',
      `c2sp.org/tlog-proof@v1\nindex 0\n${`${NODE_TEXT}\n`.repeat(64)}\ncheckpoint\n`,
    ],
    ['nothing', ''],
  ])('with %s is refused', (_, text) => {
    expect(parseTlogProof(text)).toBeUndefined()
  })
})
